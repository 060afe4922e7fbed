using System.Net;
using System.Text.Json;

namespace Hybrid.Api.Tests;

/// <summary>Calls that are sent again, items that several change, an index that follows.</summary>
public sealed class RepeatTests
{
    [Fact]
    public async Task A_call_with_an_idempotency_key_counts_once_however_often_it_is_sent_also_after_a_restart()
    {
        const string events = """[{"user":"U1","item":"A"},{"user":"U1","item":"A"},{"user":"U1","item":"B","id":"own"}]""";
        var folder = new TemporaryFolder();
        await using (ApiServer server = await ApiServer.StartAsync(over: folder))
        {
            Assert.Equal(["accepted", "accepted", "accepted"], (await SendAsync(server, events, "k1")).RowStatuses);
            Assert.Equal(["duplicate", "duplicate", "duplicate"], (await SendAsync(server, events, "k1")).RowStatuses);
            Assert.Equal(["accepted", "accepted", "duplicate"], (await SendAsync(server, events, "k2")).RowStatuses);
            Assert.Equal(["accepted"], (await SendAsync(server, """{"user":"U1","item":"C"}""", "k1")).RowStatuses);   // another body is another call
            (await SendAsync(server, events, new string('k', 256))).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "Idempotency-Key");
            Assert.Equal(6, server.Engine.Records.EventCount);
            await using HybridServer again = await HybridServer.StartAsync(new() { Hybrid = new() { DataPath = folder.File("data") } },
                cancellationToken: TestContext.Current.CancellationToken);
            using var content = new StringContent(events, System.Text.Encoding.UTF8, "application/json");
            content.Headers.TryAddWithoutValidation("Idempotency-Key", "k1");
            using HttpResponseMessage answer = await server.Client.PostAsync(new Uri(again.Address, "/v1/events"), content,
                TestContext.Current.CancellationToken);
            Assert.Equal(6, again.Engine.Records.EventCount);
        }

        static Task<ApiServer.Reply> SendAsync(ApiServer server, string json, string key) => server.SendAsync(HttpMethod.Post, "/v1/events",
            new StringContent(json, System.Text.Encoding.UTF8, "application/json"), ("Idempotency-Key", key));
    }

    [Fact]
    public async Task Of_two_who_change_an_item_the_second_learns_that_it_is_another_one_by_now()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        ApiServer.Reply made = await PutAsync("""{"title":"Cup","price":3,"attributes":{"b":1,"a":"x"}}""", ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.Created, made.Status);
        ApiServer.Reply read = await server.GetAsync("/v1/items/a%2Fb");
        Assert.Equal(made.Headers["ETag"], read.Headers["ETag"]);
        (await PutAsync("""{"title":"Cup"}""", ("If-None-Match", "*"))).ExpectProblem(HttpStatusCode.PreconditionFailed, "changed", "If-None-Match");

        ApiServer.Reply first = await PutAsync("""{"title":"Cup","price":4}""", ("If-Match", read.Headers["ETag"]));
        Assert.Equal((HttpStatusCode.OK, "4"), (first.Status, first["price"]));
        (await PutAsync("""{"title":"Cup","price":5}""", ("If-Match", read.Headers["ETag"])))
            .ExpectProblem(HttpStatusCode.PreconditionFailed, "changed", "If-Match");
        (await PutAsync("""{"title":"Cup"}""", ("If-Match", "no tag"))).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "If-Match");
        (await PutAsync("""{"id":"other","title":"Cup"}""")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "id");
        Assert.Equal("4", (await server.GetAsync("/v1/items/a%2Fb"))["price"]);

        (await DeleteAsync(read.Headers["ETag"])).ExpectProblem(HttpStatusCode.PreconditionFailed, "changed", "If-Match");
        Assert.Equal("1", (await DeleteAsync(first.Headers["ETag"]))["removed"]);
        (await DeleteAsync("*")).ExpectProblem(HttpStatusCode.PreconditionFailed, "changed", "If-Match");

        Task<ApiServer.Reply> PutAsync(string json, params (string, string)[] headers) => server.SendAsync(HttpMethod.Put, "/v1/items/a%2Fb",
            new StringContent(json, System.Text.Encoding.UTF8, "application/json"), headers);

        Task<ApiServer.Reply> DeleteAsync(string tag) => server.SendAsync(HttpMethod.Delete, "/v1/items/a%2Fb", null, ("If-Match", tag));
    }

    [Fact]
    public async Task An_item_that_is_sent_is_found_without_an_order_to_index_and_too_many_are_refused_for_now()
    {
        await using ApiServer server = await ApiServer.StartAsync(
            change: options => options with { Hybrid = options.Hybrid with { LiveIndex = new() { MostWaiting = 100 } } });
        await server.PostAsync("/v1/items", """{"id":"K1","title":"Espresso machine"}""");
        await ApiServer.EventuallyAsync(async () => (await server.GetAsync("/v1/search?text=coffee")) is { Status: HttpStatusCode.OK } found
            && found.Ids.SequenceEqual(["K1"]), "it is found");

        await server.PostAsync("/v1/items", JsonSerializer.Serialize(
            Enumerable.Range(0, 1_000).Select(i => new { id = $"P{i}", title = $"Thing number {i}" })));
        ApiServer.Reply refused = await server.PostAsync("/v1/items", """{"id":"K2","title":"Grinder"}""");
        refused.ExpectProblem(HttpStatusCode.ServiceUnavailable, "busy");
        Assert.Equal("1", refused.Headers["Retry-After"]);
        Assert.True((await server.GetAsync("/v1/admin/status")).Json.GetProperty("live_index").GetProperty("waiting").GetInt64() > 0);
        await ApiServer.EventuallyAsync(async () => (await server.PostAsync("/v1/items", """{"id":"K2","title":"Grinder"}""")).Status == HttpStatusCode.OK,
            "it takes items again");
    }

    [Fact]
    public async Task What_is_to_one_item_as_another_is_to_a_third_is_asked_of_the_trained_vectors()
    {
        await using ApiServer server = await ApiServer.StartAsync();
        (await server.GetAsync("/v1/vectors/analogy?a=A&b=B&c=C")).ExpectProblem(HttpStatusCode.Conflict, "not-ready");
        (await server.GetAsync("/v1/vectors/analogy?a=A&b=B")).ExpectProblem(HttpStatusCode.BadRequest, "bad-value", "c");
        await server.PostAsync("/v1/events", JsonSerializer.Serialize(Enumerable.Range(0, 40).SelectMany(user => "ABCDE", (user, item) =>
            new { user = $"U{user}", item = item.ToString(), time = "2026-01-31T12:00:00Z" })));
        await server.EndAsync(await server.PostAsync("/v1/admin/train", ""));

        ApiServer.Reply got = await server.GetAsync("/v1/vectors/analogy?a=A&b=B&c=C"), posted = await server.PostAsync("/v1/vectors/analogy",
            """{"a":"A","b":"B","c":"C","count":1}""");

        Assert.Equal(["D", "E"], got.Ids.Order());
        Assert.Equal([got.Ids.First()], posted.Ids);
        (await server.GetAsync("/v1/vectors/analogy?a=A&b=B&c=Z")).ExpectProblem(HttpStatusCode.NotFound, "not-found");
    }
}
