using Hybrid.Behavior;
using Hybrid.Recommending;
using Hybrid.Records;

namespace Hybrid.Tests.Engine;

/// <summary>What an engine makes of the kinds of events.</summary>
public sealed class EngineKindsTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task An_item_refreshed_many_times_is_one_of_the_history()
    {
        await using HybridEngine engine = await OpenTrainedAsync();
        await engine.AppendAsync([.. Of("once", "P4 P5 K1"), .. Of("often", "P4 P5 K1 K1 K1 K1 K1 K1")], Token);
        Assert.Equal(await ScoresAsync(engine, new() { User = "once" }), await ScoresAsync(engine, new() { User = "often" }));
        Assert.Equal(
            await ScoresAsync(engine, new() { History = ["P4", "P5", "K1"] }), await ScoresAsync(engine, new() { History = ["K1", "P4", "P5", "K1", "K1"] }));
    }

    [Fact]
    public async Task What_was_bought_weighs_more_than_what_was_seen()
    {
        await using HybridEngine engine = await OpenTrainedAsync();
        await engine.AppendAsync([.. Of("looker", "P4 K1"), .. Of("buyer", "P4 K1:purchase"), .. Of("stranger", "P4:x K1:y")], Token);
        double seen = await ScoreAsync("looker"), bought = await ScoreAsync("buyer"), alone = await ScoreAsync(null);
        Assert.True(seen < bought && bought < alone, $"{seen} {bought} {alone}");
        Assert.Equal(seen, await ScoreAsync("stranger"));

        async Task<double> ScoreAsync(string? user) =>
            (await ScoresAsync(engine, user is null ? new() { History = ["K1"] } : new() { User = user })).Single(r => r.Id == "K2").Score;
    }

    [Fact]
    public async Task What_was_disliked_never_comes_back_and_what_is_like_it_comes_later()
    {
        await using HybridEngine engine = await OpenTrainedAsync();
        await engine.AppendAsync([.. Of("u", "P4:purchase K1:dislike"), .. Of("v", "P4:purchase"), .. Of("w", "P4:purchase K1:dislike K1:purchase")], Token);
        foreach (bool? excludes in (bool?[])[null, false, true])
        {
            foreach (RecommendQuery query in (RecommendQuery[])[new(), new() { Text = "espresso machine" }, new() { Item = "K2" }, new() { History = ["P5"] }])
                Assert.DoesNotContain("K1", (await ScoresAsync(engine, query with { User = "u", ExcludeSeen = excludes })).Select(r => r.Id));
        }
        Assert.Contains("K1", (await ScoresAsync(engine, new() { User = "w", Text = "espresso", ExcludeSeen = false })).Select(r => r.Id));

        Item2VecModel model = (await engine.OpenBehaviorAsync(Token))!;   // ! : it is trained
        Dictionary<string, float> with = (await ScoresAsync(engine, new() { User = "u" })).ToDictionary(r => r.Id, r => r.Score);
        foreach ((string id, float score) in await ScoresAsync(engine, new() { User = "v" }))
        {
            float cosine = model.Contains(id) ? model.MostSimilar("K1", 20).SingleOrDefault(n => n.Item == id).Score : 0;
            if (id != "K1")
                Assert.Equal(score - 0.5f * cosine, with[id], 1e-5f);
        }
    }

    [Fact]
    public async Task Of_somebody_who_only_dislikes_the_popular_items_unlike_that_come_first()
    {
        await using HybridEngine engine = await OpenTrainedAsync();
        await engine.AppendAsync(Of("u", "P4:dislike P5:dislike"), Token);
        IReadOnlyList<Recommendation> found = await engine.RecommendAsync(new() { User = "u", Count = 9 }, Token);
        Assert.StartsWith("K", found[0].Item.Id.Value, StringComparison.Ordinal);
        Assert.StartsWith("P", found[^1].Item.Id.Value, StringComparison.Ordinal);
        Assert.Contains("for its likeness to what was disliked", found[^1].Why, StringComparison.Ordinal);
        // By text where nothing of behaviour is asked.
        found = await engine.RecommendAsync(new() { User = "u", Text = "phone charger", Count = 3 }, Token);
        Assert.All(found, r => Assert.True(r.Score < r.TextScore));
    }

    [Fact]
    public async Task Ratings_below_the_least_are_dislikes()
    {
        await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options with { Kinds = EventKinds.Default with { MinRating = 3.5 } },
            cancellationToken: Token);
        await engine.AppendAsync([.. Of("a", "P1:4.5 P2:2"), .. Of("b", "P1:3 P2:1"), .. Of("c", "P3:5 P1:4")], Token);
        Assert.Equal(["P1", "P3"], Shop.Ids(await engine.RecommendAsync(new() { Count = 5 }, Token)));
    }

    [Fact]
    public async Task Training_says_who_was_left_out_and_when_there_was_little_to_learn()
    {
        await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options with { MostEventsPerUser = 10 }, cancellationToken: Token);
        await engine.AppendAsync([.. Shop.Events, .. Of("robot", string.Join(' ', Enumerable.Repeat("P1 P3", 6)))], Token);
        TrainReport report = await engine.TrainAsync(cancellationToken: Token);
        Assert.Equal((42, 7, new BusyUsers(10, 1, 12, "robot"), null), (report.Sessions, report.Items, report.LeftOut, report.Warning));

        await engine.AppendAsync(Enumerable.Range(0, 100).Select(i => new Event($"x{i / 2}", $"rare{i}", "view", DateTimeOffset.UnixEpoch)), Token);
        report = await engine.TrainAsync(cancellationToken: Token);
        Assert.StartsWith("only ", report.Warning, StringComparison.Ordinal);
        Assert.Contains(" pairs for 107 items: too few to learn from", report.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_all_are_left_out_training_says_which_bound_did_it()
    {
        await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options with { MostEventsPerUser = 1 }, cancellationToken: Token);
        await engine.AppendAsync(Shop.Events, Token);
        NothingToLearnException thrown = await Assert.ThrowsAsync<NothingToLearnException>(() => engine.TrainAsync(cancellationToken: Token));
        Assert.Contains("42 users with more than 1 events each were left out", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Raise MostEventsPerUser, or set it to 0.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_that_everybody_gave_back_is_not_learned()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AppendAsync([.. Shop.Events, .. Enumerable.Range(0, 20).SelectMany(i => Of($"r{i}", "P4:purchase P1:purchase P5:view P1:return"))], Token);
        await engine.TrainAsync(cancellationToken: Token);
        Item2VecModel model = (await engine.OpenBehaviorAsync(Token))!;   // ! : it is trained
        Assert.False(model.Contains("P1"));
        Assert.True(model.Contains("P4"));
    }

    private async Task<HybridEngine> OpenTrainedAsync()
    {
        HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);
        return engine;
    }

    private static async Task<(string Id, float Score)[]> ScoresAsync(HybridEngine engine, RecommendQuery query) =>
        [.. (await engine.RecommendAsync(query with { Count = 20 }, Token)).Select(r => (r.Item.Id.Value, r.Score))];

    /// <summary>Events like "item:kind", a minute apart; without a kind a view.</summary>
    private static IEnumerable<Event> Of(string user, string events) => events.Split(' ').Select((text, i) =>
        new Event(user, text.Split(':')[0], text.Split(':').ElementAtOrDefault(1) ?? "view", DateTimeOffset.UnixEpoch.AddMinutes(i)));
}
