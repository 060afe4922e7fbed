using System.Text.Json;
using Hybrid.Behavior;

namespace Hybrid.Api.Tests;

/// <summary>/v1/events and /v1/users.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task A_user_has_the_session_that_is_under_way_and_none_after_a_pause()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        // In the order in which they come, which is not that of their times.
        foreach ((int minutes, string item) in ((int, string)[])[(90, "OLD"), (5, "B"), (20, "A"), (10, "A")])
            await server.PostAsync("/v1/events", JsonSerializer.Serialize(new { user = "U1", item, time = now.AddMinutes(-minutes).ToString("O") }));
        JsonElement session = (await server.GetAsync("/v1/users/U1")).Json.GetProperty("session");
        Assert.Equal(["A", "B"], session.GetProperty("items").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(now.AddMinutes(-20), session.GetProperty("start").GetDateTimeOffset());
        Assert.Equal(now.AddMinutes(-5), session.GetProperty("last").GetDateTimeOffset());

        await server.PostAsync("/v1/events", """{"user":"U2","item":"A","time":"2026-01-31T12:00:00Z"}""");
        Assert.False((await server.GetAsync("/v1/users/U2")).Json.TryGetProperty("session", out _));
    }

    [Fact]
    public async Task A_recommendation_changes_with_the_event_before_it()
    {
        await using ApiServer server = await ApiServer.StartShopAsync();
        Assert.Equal(["popularity"], await SourcesAsync());

        await server.PostAsync("/v1/events", """{"user":"U1","item":"K1","kind":"view"}""");

        ApiServer.Reply after = await server.GetAsync("/v1/recommend?user=U1&count=1");
        Assert.Equal(["K2"], after.Ids);

        async Task<IEnumerable<string?>> SourcesAsync()
        {
            // Somebody else's event makes an item popular.
            await server.PostAsync("/v1/events", """{"user":"U9","item":"H1"}""");
            ApiServer.Reply before = await server.GetAsync("/v1/recommend?user=U1&count=1");
            Assert.Equal(["H1"], before.Ids);
            return before.Json.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("source").GetString());
        }
    }

    [Fact]
    public async Task An_event_that_is_sent_again_is_acknowledged_and_not_counted_twice()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        const string events = """[{"user":"U1","item":"A","id":"e1"},{"user":"U1","item":"B"},{"user":"U1"},{"user":"U1","item":"A","id":7}]""";

        ApiServer.Reply first = await server.PostAsync("/v1/events", events), second = await server.PostAsync("/v1/events", events);

        Assert.Equal(["accepted", "accepted", "refused", "accepted"], first.RowStatuses);
        Assert.Equal(["duplicate", "accepted", "refused", "duplicate"], second.RowStatuses);
        Assert.Equal(("3", "1"), (second["accepted"], second["refused"]));
        Assert.Equal(4, server.Engine.Records.EventCount);
        Assert.Equal("e1", first.Json.GetProperty("results")[0].GetProperty("id").GetString());
        ApiServer.Reply status = await server.GetAsync("/v1/admin/status");
        Assert.Equal("4", status.Json.GetProperty("events_by_kind").GetProperty("").ToString());
        (await server.PostAsync("/v1/events", """[{"user":"U1","item":"A","id":"a\nb"}]""")).Json.GetProperty("results")[0].GetProperty("problem")
            .TryGetProperty("field", out JsonElement field);
        Assert.Equal("id", field.GetString());
    }

    [Fact]
    public async Task The_history_is_given_back_the_newest_first()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiServer.Reply appended = await server.PostAsync("/v1/events", """
            {"user":"U 1/x","item":"A","time":"2026-01-31T12:00:00Z","kind":"view"}
            {"user":"U 1/x","item":"B","time":1769860801,"session":"S1","request":"R1"}
            {"user":"U2","item":"C","time":"2026-02-01"}
            """, "application/x-ndjson");

        ApiServer.Reply user = await server.GetAsync("/v1/users/U%201%2Fx");

        Assert.Equal(["accepted", "accepted", "accepted"], appended.RowStatuses);
        Assert.Equal("U 1/x", user["user"]);
        Assert.Equal(
            ["""{"user":"U 1/x","item":"B","time":"2026-01-31T12:00:01Z","session":"S1","request":"R1"}""",
                """{"user":"U 1/x","item":"A","kind":"view","time":"2026-01-31T12:00:00Z"}"""],
            user.Json.GetProperty("events").EnumerateArray().Select(happened => happened.GetRawText()));
        Assert.Equal(1, (await server.GetAsync("/v1/users/U%201%2Fx?count=1")).Json.GetProperty("events").GetArrayLength());
        Assert.Equal(0, (await server.GetAsync("/v1/users/nobody")).Json.GetProperty("events").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"item":"A"}""", "user")]
    [InlineData("""{"user":"","item":"A"}""", "user")]
    [InlineData("""{"user":"U"}""", "item")]
    [InlineData("""{"user":"U","item":"A","time":"yesterday"}""", "time")]
    [InlineData("""{"user":"U","item":"A","time":5}""", "time")]
    [InlineData("""{"user":"U","item":"A","session":""}""", "session")]
    [InlineData("""{"user":"U","item":"A","kind":"a\u0000"}""", "kind")]
    [InlineData("""{"user":"U","item":"A","knid":"view"}""", "knid")]
    public async Task A_bad_event_is_refused_with_its_field_and_the_others_are_kept(string row, string field)
    {
        await using ApiServer server = await ApiServer.StartAsync();

        ApiServer.Reply answer = await server.PostAsync("/v1/events", $$"""[{"user":"U1","item":"A"},{{row}},{"user":"U2","item":"A"}]""");

        Assert.Equal(["accepted", "refused", "accepted"], answer.RowStatuses);
        JsonElement problem = answer.Json.GetProperty("results")[1].GetProperty("problem");
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.NotEmpty(problem.GetProperty("what_to_do").GetString() ?? "");
        Assert.Equal(2, server.Engine.Records.EventCount);
    }

    [Fact]
    public async Task A_user_who_is_erased_is_gone_and_the_next_training_knows_nothing_of_them()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        string Events(params string[] users) => JsonSerializer.Serialize(users.SelectMany(user => (string[])["A", "B", "C"], (user, item) =>
            new { user, item, time = "2026-01-31T12:00:00Z" }));
        string[] kept = [.. Enumerable.Range(0, 30).Select(i => $"U{i}")];
        await server.PostAsync("/v1/events", Events([.. kept, "Gone"]));
        await File.WriteAllLinesAsync(Path.Combine(server.Engine.Options.DataPath, "rejects.jsonl"),
            ["""{"file":"a.csv","raw":"Gone,X,not a time"}""", """{"file":"a.csv","raw":"Goner,X,not a time"}"""], TestContext.Current.CancellationToken);
        await server.EndAsync(await server.PostAsync("/v1/admin/train", ""));

        ApiServer.Reply erased = await server.DeleteAsync("/v1/users/Gone");

        Assert.Equal(("3", "1"), (erased["events"], erased["rejects"]));
        Assert.Contains("behaviour model", erased["left_until_training"], StringComparison.Ordinal);
        Assert.Empty(server.Engine.Records.ReadEvents(new UserId("Gone"), 10));
        Assert.Equal(90, server.Engine.Records.EventCount);
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(server.Engine.Options.DataPath, "rejects.jsonl"), TestContext.Current.CancellationToken));
        Assert.Equal("0", (await server.DeleteAsync("/v1/users/Gone"))["events"]);
    }

    [Fact]
    public async Task After_an_erasure_the_model_is_the_one_that_a_log_without_the_user_makes()
    {
        Item2VecOptions oneWorker = new() { Workers = 1, VectorSize = 8, Sample = 0 };
        Event[] others = [.. Enumerable.Range(0, 40).SelectMany(i => Walk($"U{i}", "ABCD"))], gone = [.. Walk("Gone", "DCBA")];
        using TemporaryFolder folder = new();
        await using HybridEngine with = await HybridEngine.OpenAsync(new HybridOptions { DataPath = folder.File("with"), Behavior = oneWorker },
            cancellationToken: TestContext.Current.CancellationToken);
        await using HybridEngine without = await HybridEngine.OpenAsync(new HybridOptions { DataPath = folder.File("without"), Behavior = oneWorker },
            cancellationToken: TestContext.Current.CancellationToken);
        await with.AppendAsync([.. others[..80], .. gone, .. others[80..]], TestContext.Current.CancellationToken);
        await without.AppendAsync(others, TestContext.Current.CancellationToken);

        await with.EraseAsync("Gone", TestContext.Current.CancellationToken);
        await with.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        await without.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        Item2VecModel? a = await with.OpenBehaviorAsync(TestContext.Current.CancellationToken);
        Item2VecModel? b = await without.OpenBehaviorAsync(TestContext.Current.CancellationToken);
        Assert.NotNull(b);
        Assert.Equal(b.Space.Hash, a?.Space.Hash);

        static IEnumerable<Event> Walk(string user, string items) =>
            items.Select((item, i) => new Event(user, item.ToString(), "view", new DateTimeOffset(2026, 1, 1, 0, i, 0, TimeSpan.Zero)));
    }
}
