using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Recommending;

namespace Hybrid.Tests.Engine;

/// <summary>What behaviour alone can answer, it answers; and what has been seen is not recommended again.</summary>
public sealed class EngineBehaviorTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_folder_with_events_alone_is_trained_and_recommends()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);

        Assert.Equal(["K2", "K3"], Shop.Ids(await engine.RecommendAsync(new() { History = ["K1"], Count = 2 }, Token)).Order());
        Assert.Equal(["K2", "K3"], Shop.Ids(await engine.RecommendAsync(new() { Item = "K1", Count = 2 }, Token)).Order());
        string[] ofUser = Shop.Ids(await engine.RecommendAsync(new() { User = "c1" }, Token));
        Assert.NotEmpty(ofUser);
        Assert.DoesNotContain(ofUser, id => id.StartsWith('K'));
        IReadOnlyList<Recommendation> found = await engine.RecommendAsync(new() { History = ["K1"], Count = 1 }, Token);
        Assert.Equal(("behavior", 1), (found[0].Sources[0].Name, found[0].Sources[0].Rank));
        await Assert.ThrowsAsync<UnknownItemException>(() => engine.RecommendAsync(new() { Item = "NEVER" }, Token));
    }

    [Fact]
    public async Task Training_goes_on_from_the_events_since_the_last_one_also_in_another_process()
    {
        await using (HybridEngine engine = await _shop.OpenAsync())
        {
            await engine.AppendAsync(Shop.Events, Token);
            await Assert.ThrowsAsync<NotReadyException>(() => engine.ContinueTrainingAsync(cancellationToken: Token));
            await engine.TrainAsync(cancellationToken: Token);
            await Assert.ThrowsAsync<NothingToLearnException>(() => engine.ContinueTrainingAsync(cancellationToken: Token));
        }
        await using HybridEngine again = await _shop.OpenAsync();
        Item2VecModel before = Assert.IsType<Item2VecModel>(await again.OpenBehaviorAsync(Token));
        await again.AppendAsync([.. Shop.Sessions("n", ["K1", "NEW", "K2"], 20)], Token);
        await Assert.ThrowsAsync<UnknownItemException>(() => again.RecommendAsync(new() { Item = "NEW" }, Token));

        TrainReport report = await again.ContinueTrainingAsync(cancellationToken: Token);

        Assert.Equal((20, 60, 1, 1d), (report.Sessions, report.Occurrences, report.Continued!.NewItems, report.Continued.Overlap));   // ! : it learned on
        Item2VecModel now = Assert.IsType<Item2VecModel>(await again.OpenBehaviorAsync(Token));
        Assert.Equal(before.Space, report.Continued.From);
        Assert.Equal(before.Items.Select(item => Vector(before, item)), before.Items.Select(item => Vector(now, item)));
        Assert.Equal(["K1", "K2", "K3"], Shop.Ids(await again.RecommendAsync(new() { Item = "NEW", Count = 3 }, Token)).Order());

        static float[] Vector(Item2VecModel model, ItemId item) => model.TryGetVector(item, out ReadOnlyMemory<float> vector) ? vector.ToArray() : [];
    }

    [Fact]
    public async Task A_shop_that_was_never_trained_knows_what_is_popular()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AppendAsync(Shop.Events, Token);
        Assert.Equal(["P4", "P6", "P5"], Shop.Ids(await engine.RecommendAsync(new() { Count = 3 }, Token)));

        await engine.AddAsync(Shop.Items.Where(item => item.Id != "P6"), Token);
        Assert.Equal(["P4", "P5", "K1"], Shop.Ids(await engine.RecommendAsync(new() { Count = 3 }, Token)));
        await engine.IndexAsync(cancellationToken: Token);
        IReadOnlyList<Recommendation> found = await engine.RecommendAsync(new() { User = "nobody", Count = 3, Filter = Filter.Parse("price < 50") }, Token);
        Assert.Equal(["P5", "K3", "P2"], Shop.Ids(found));
        Assert.All(found, r => Assert.Equal("popularity", Assert.Single(r.Sources).Name));
        Assert.Equal("Phone case made of cork", found[0].Item.Title);
    }

    [Fact]
    public async Task Popularity_follows_the_events()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AppendAsync(Shop.Events, Token);
        Assert.Equal(["P4"], Shop.Ids(await engine.RecommendAsync(new() { Count = 1 }, Token)));
        await engine.AppendAsync(Shop.Sessions("new", ["K3"], 50), Token);
        await Shop.EventuallyAsync(async () => Shop.Ids(await engine.RecommendAsync(new() { Count = 1 }, Token)) is ["K3"], "K3 is the most popular");
    }

    [Fact]
    public async Task An_item_is_never_the_answer_to_itself()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);
        foreach (Item item in Shop.Items)
        {
            foreach (RecommendQuery query in (RecommendQuery[])
                [new() { Item = item.Id }, new() { Item = item.Id, User = "a1" }, new() { Item = item.Id, History = [item.Id], ExcludeSeen = false }])
            {
                string[] found = Shop.Ids(await engine.RecommendAsync(query with { Count = Shop.Items.Length }, Token));
                Assert.NotEmpty(found);
                Assert.DoesNotContain(item.Id.Value, found);
            }
            Assert.DoesNotContain(item.Id.Value, Shop.Ids(await engine.SimilarAsync(item.Id, 20, Token)));
        }
    }

    [Fact]
    public async Task What_a_user_has_seen_ever_is_left_out_and_not_only_the_last_five()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Events, Token);
        ItemId[] seen = ["P1", "P2", "P3", "P4", "K1", "K2", "K3"];
        await engine.AppendAsync(seen.Select(item => new Event("U", item, "view", null)), Token);
        await engine.TrainAsync(cancellationToken: Token);

        Assert.Equal(["N1", "P5", "P6"], await IdsAsync(new() { User = "U" }));
        Assert.Equal(["N1", "P5", "P6"], await IdsAsync(new() { User = "U", Text = "headphones" }));
        Assert.Equal(["N1", "P6"], await IdsAsync(new() { User = "U", Item = "P5" }));
        // Asked for, they come back: but a history alone never returns what it goes by.
        Assert.Equal(["N1", "P1", "P2", "P5", "P6"], await IdsAsync(new() { User = "U", ExcludeSeen = false }));
        Assert.Equal(10, (await IdsAsync(new() { User = "U", Text = "headphones", ExcludeSeen = false })).Length);
        // A history beside a text is what somebody looks at now, not all that they have seen.
        Assert.Equal(10, (await IdsAsync(new() { History = seen, Text = "headphones" })).Length);
        Assert.Equal(["N1", "P5", "P6"], await IdsAsync(new() { History = seen, Text = "headphones", ExcludeSeen = true }));
        Assert.Equal(["N1", "P6"], await IdsAsync(new() { User = "U", History = ["P5"], Text = "headphones", ExcludeSeen = true }));
        Assert.Equal(["N1", "P5", "P6"], await IdsAsync(new() { History = seen }));

        async Task<string[]> IdsAsync(RecommendQuery query) =>
            [.. Shop.Ids(await engine.RecommendAsync(query with { Count = 20 }, Token)).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task An_engine_answers_what_its_recommender_answers()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);
        var alone = new HybridRecommender(engine.Encoder, await engine.OpenItemsAsync(Token), await engine.OpenBehaviorAsync(Token));
        foreach (string[] history in (string[][])[[], ["K1"], ["P4", "P5", "NEVER"]])
        {
            ItemId[] items = [.. history.Select(id => new ItemId(id))];
            IReadOnlyList<Recommendation> expected = await alone.RecommendAsync("headphones", 3, items, Token);
            IReadOnlyList<Recommendation> found = await engine.RecommendAsync(new() { Text = "headphones", History = items, Count = 3 }, Token);
            Assert.Equal(expected.Select(r => (r.Item.Id, r.Score, r.Why)), found.Select(r => (r.Item.Id, r.Score, r.Why)));
        }
    }

    [Fact]
    public async Task Nothing_to_learn_is_an_exception_and_no_model()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AppendAsync([new("U1", "P1", "view", null), new("U2", "P2", "view", null)], Token);
        await Assert.ThrowsAsync<NothingToLearnException>(() => engine.TrainAsync(cancellationToken: Token));
        Assert.Null(await engine.OpenBehaviorAsync(Token));
        Assert.DoesNotContain(_shop.FileNames, name => name.StartsWith("item2vec", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Trainings_side_by_side_leave_the_model_that_is_in_use_and_the_one_before()
    {
        await using HybridEngine one = await _shop.OpenAsync(), other = await _shop.OpenAsync();
        await File.WriteAllTextAsync(_shop.DataFile("item2vec-0000.bin.killed.tmp"), "", Token);
        await one.AppendAsync(Shop.Events, Token);
        for (int round = 0; round < 8; round++)
        {
            await one.AppendAsync(Shop.Sessions($"r{round}", ["K3", "P5"], 3), Token);
            await Task.WhenAll(one.TrainAsync(cancellationToken: Token), other.TrainAsync(cancellationToken: Token), one.TrainAsync(cancellationToken: Token));
            Assert.NotNull(await one.OpenBehaviorAsync(Token));
            Assert.NotNull(await other.OpenBehaviorAsync(Token));
        }
        // Of each model and each source, by the name before its hash.
        ILookup<string, string> kinds = _shop.FileNames.Where(name => name.EndsWith(".bin", StringComparison.Ordinal))
            .ToLookup(name => name[..name.LastIndexOf('-')]);
        Assert.True(kinds.Contains("item2vec"));
        Assert.All(kinds, kind => Assert.InRange(kind.Count(), 1, 2));
        Assert.DoesNotContain(_shop.FileNames, name => name.EndsWith(".tmp", StringComparison.Ordinal));
        await using HybridEngine again = await _shop.OpenAsync();
        Assert.NotEmpty(await again.RecommendAsync(new() { User = "a1" }, Token));
    }
}
