using System.Globalization;
using System.Numerics.Tensors;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Tests.Encoding;
using Hybrid.Tests.Engine;

namespace Hybrid.Tests.Recommending;

public sealed class HybridRecommenderTests : IAsyncLifetime
{
    private static readonly Item[] Items = Shop.Items;

    private static readonly IReadOnlyList<ItemId>[] Sessions =
    [
        .. Enumerable.Repeat<IReadOnlyList<ItemId>>(["P4", "P5", "P6"], 20),
        .. Enumerable.Repeat<IReadOnlyList<ItemId>>(["P6", "P2", "P4"], 10),
        .. Enumerable.Repeat<IReadOnlyList<ItemId>>(["P1", "P3", "P2"], 15),
        .. Enumerable.Repeat<IReadOnlyList<ItemId>>(["K1", "K2", "K3"], 12),
        .. Enumerable.Repeat<IReadOnlyList<ItemId>>(["K2", "GONE"], 5),
    ];

    private static readonly Item2VecModel Behavior = Item2Vec.Train(ItemSequences.From(Sessions),
        new Item2VecOptions { VectorSize = 16, Sample = 0, Workers = 1, Seed = 3 });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TextEncoder Encoder => MiniLm.Encoder;

    private readonly EmbeddedVectorStore _store = EmbeddedVectorStore.Open(":memory:");
    private readonly RecordStore _records = RecordStore.Open(":memory:");
    private IVectorCollection _items = null!;   // ! : set before each test

    public async ValueTask InitializeAsync()
    {
        _items = await _store.CreateAsync("products", Encoder.SpaceFor(ItemTextTemplate.Default), Token);
        await IndexAsync(Items);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _records.Dispose();
    }

    [Fact]
    public async Task A_text_alone_gives_the_nearest_texts_in_order_of_cosine()
    {
        IReadOnlyList<Recommendation> found = await Recommender().RecommendAsync("headphones for music", 4, cancellationToken: Token);

        Assert.Equal(NearestTexts("headphones for music", 4), found.Select(r => r.Item.Id));
        Assert.All(found, r =>
        {
            Assert.Equal((r.TextScore!.Value, null), (r.Score, r.BehaviorScore));
            Assert.Equal([new CandidateSource("text", r.Score, r.RetrievalRank)], r.Sources);
        });
        Assert.Equal([1, 2, 3, 4], found.Select(r => r.RetrievalRank));
    }

    [Theory]
    [InlineData("P4,P5,P6")]
    [InlineData("K1")]
    [InlineData("P1,UNKNOWN,K2")]
    [InlineData("K1,K1,K1,P4,P5,P6,P2,P4")]
    public async Task A_history_reranks_three_times_as_many_candidates_as_the_seeds_reference_does(string ids)
    {
        ItemId[] history = [.. ids.Split(',').Select(id => new ItemId(id))];

        IReadOnlyList<Recommendation> found = await Recommender().RecommendAsync("headphones", 3, history, Token);

        Assert.Equal(SeedsReference(NearestTexts("headphones", 9), history, 3), found.Select(r => r.Item.Id));
    }

    [Fact]
    public async Task Only_the_last_five_items_of_a_history_count()
    {
        ItemId[] five = ["K1", "K2", "K3", "K1", "K2"];
        IReadOnlyList<Recommendation> shorter = await Recommender().RecommendAsync("something nice", 3, five, Token);
        IReadOnlyList<Recommendation> longer = await Recommender().RecommendAsync("something nice", 3, ["P1", "P1", "P1", .. five], Token);
        AssertEqual(shorter, longer);
    }

    [Fact]
    public async Task An_item_nobody_touched_scores_0_and_ties_keep_the_order_of_retrieval()
    {
        Item[] cold = [.. Enumerable.Range(0, 5).Select(i => Shop.Product($"C{i}", $"Headphones, model {i}", "audio", 10 + i))];
        await IndexAsync(cold);

        IReadOnlyList<Recommendation> found = await Recommender().RecommendAsync("headphones", 15, ["K1"], Token);

        Recommendation[] untouched = [.. found.Where(r => r.BehaviorScore is null)];
        Assert.Equal(6, untouched.Length);
        Assert.All(untouched, r => Assert.Equal(0, r.Score));
        Assert.Equal(untouched.Select(r => r.RetrievalRank).Order(), untouched.Select(r => r.RetrievalRank));
    }

    [Fact]
    public async Task An_empty_history_or_one_of_unknown_items_keeps_the_order_of_retrieval()
    {
        IReadOnlyList<Recommendation> plain = await Recommender().RecommendAsync("coffee", 5, cancellationToken: Token);
        AssertEqual(plain, await Recommender().RecommendAsync("coffee", 5, [], Token));
        AssertEqual(plain, await Recommender().RecommendAsync("coffee", 5, ["X1", "X2"], Token));
        AssertEqual(plain, await Recommender(behavior: null).RecommendAsync("coffee", 5, ["K1"], Token));
    }

    [Fact]
    public async Task An_id_is_what_the_catalogue_knows_and_not_what_begins_with_P()
    {
        HybridRecommender recommender = Recommender();
        await recommender.WarmupCacheAsync([Shop.Product("kettle-9", "Electric kettle with thermometer", "kitchen", 59)], Token);

        Assert.Equal("K1", (await recommender.RecommendAsync("K1", 1, cancellationToken: Token))[0].Item.Id);
        Assert.Equal(Encoder.Encode("P9", TextRole.Query), (await recommender.GetEmbeddingAsync("P9", Token)).ToArray());
        float[] warm = Encoder.Encode(ItemTextTemplate.Default.TextOf(Shop.Product("kettle-9", "Electric kettle with thermometer", "kitchen", 59)),
            TextRole.Passage);
        ReadOnlyMemory<float> found = await recommender.GetEmbeddingAsync("kettle-9", Token);
        Assert.Equal(1, TensorPrimitives.Dot(warm, found.Span), 1e-5);
    }

    [Fact]
    public async Task More_than_there_is_returns_what_there_is()
    {
        Assert.Equal(Items.Length, (await Recommender().RecommendAsync("headphones", 1000, cancellationToken: Token)).Count);
    }

    [Fact]
    public async Task An_empty_store_recommends_nothing()
    {
        IVectorCollection empty = await _store.CreateAsync("empty", Encoder.SpaceFor(ItemTextTemplate.Default), Token);
        var recommender = new HybridRecommender(Encoder, empty, Behavior);
        Assert.Empty(await recommender.RecommendAsync("headphones", cancellationToken: Token));
        Assert.Empty(await recommender.RecommendAsync(new RetrievalQuery { History = ["P4"] }, cancellationToken: Token));
        Assert.Empty(await new HybridRecommender(Encoder, empty).RecommendAsync(new RetrievalQuery(), cancellationToken: Token));
    }

    [Fact]
    public async Task What_cannot_be_answered_is_refused_with_the_reason()
    {
        HybridRecommender recommender = Recommender();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => recommender.RecommendAsync("x", 0, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => recommender.RecommendAsync("x", HybridRecommender.MaxCount + 1, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => recommender.RecommendAsync(" \t", cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => recommender.RecommendAsync(new RetrievalQuery { Text = "" }, cancellationToken: Token));
        var both = await Assert.ThrowsAsync<ArgumentException>(() =>
            recommender.RecommendAsync(new RetrievalQuery { Text = "x", Item = "P1" }, cancellationToken: Token));
        Assert.Contains("give one of them", both.Message, StringComparison.Ordinal);
        var unknown = await Assert.ThrowsAsync<UnknownItemException>(() =>
            recommender.RecommendAsync(new RetrievalQuery { Item = "P999" }, cancellationToken: Token));
        Assert.Equal("The catalogue does not know the item 'P999': check the id, or import the items that have it.", unknown.Message);
    }

    [Fact]
    public async Task Vectors_of_another_space_are_refused_with_both_named()
    {
        IVectorCollection other = await _store.CreateAsync("other", Encoder.SpaceFor(new ItemTextTemplate("{title}")), Token);
        var refusal = Assert.Throws<ArgumentException>(() => new HybridRecommender(Encoder, other));
        Assert.Contains("\"{title}\"", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(ItemTextTemplate.Default.ToString(), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_alone_finds_by_behaviour_and_by_text_and_leaves_the_history_out()
    {
        IReadOnlyList<Recommendation> found = await Recommender().RecommendAsync(new RetrievalQuery { History = ["P4", "P5"] }, 4, Token);

        Assert.DoesNotContain(found, r => r.Item.Id == "P4" || r.Item.Id == "P5");
        Assert.Equal("P6", found[0].Item.Id);
        Assert.Equal(["text", "behavior"], found[0].Sources.Select(source => source.Name));
        Assert.Equal([found[0].TextScore, found[0].BehaviorScore], found[0].Sources.Select(source => (float?)source.Score));
        Assert.Equal(1, found[0].Sources[1].Rank);
        Assert.Equal(found.OrderByDescending(r => r.Score), found);
    }

    [Fact]
    public async Task An_item_of_the_log_that_the_catalogue_has_lost_is_never_recommended()
    {
        IReadOnlyList<Recommendation> found = await Recommender().RecommendAsync(new RetrievalQuery { History = ["K2"] }, 10, Token);
        Assert.DoesNotContain(found, r => r.Item.Id == "GONE");
    }

    [Fact]
    public async Task A_filter_holds_for_every_source()
    {
        Filter cheap = Filter.Parse("price < 50");
        foreach (RetrievalQuery query in (RetrievalQuery[])[new() { Text = "headphones" }, new() { Item = "P1", History = ["K1"] },
            new() { History = ["P4"] }, new()])
        {
            IReadOnlyList<Recommendation> found = await Recommender().RecommendAsync(query with { Filter = cheap }, 10, Token);
            Assert.NotEmpty(found);
            Assert.All(found, r => Assert.True(Items.Single(i => i.Id == r.Item.Id).Price < 50, $"{r.Item} for {query}"));
        }
    }

    [Fact]
    public async Task Nobody_in_particular_gets_what_is_popular()
    {
        IReadOnlyList<Recommendation> found = await Recommender().RecommendAsync(new RetrievalQuery { History = ["NEVER-SEEN"] }, 3, Token);
        Assert.Equal(["P4", "P6", "P2"], found.Select(r => r.Item.Id.Value));
        Assert.Equal([new("popularity", 0, 1), new("popularity", 0, 2), new("popularity", 0, 3)], found.Select(r => Assert.Single(r.Sources)));
    }

    [Fact]
    public async Task Each_result_says_where_it_came_from()
    {
        IReadOnlyList<Recommendation> found = await Recommender().RecommendAsync("headphones", 10, ["P4"], Token);
        Assert.Contains(found, r => r.Why.StartsWith("behaviour 0.", StringComparison.Ordinal) && r.Why.Contains("by text", StringComparison.Ordinal));
        Assert.Contains(found, r => r.Item.Id == "N1" && r.Why.StartsWith("no one has touched it yet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Why_reads_the_same_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        IReadOnlyList<Recommendation> plain = await Recommender().RecommendAsync("headphones", 10, ["P4"], Token);
        try
        {
            // Made by hand, because the tests run without the cultures of the system.
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            comma.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture = comma;
            AssertEqual(plain, await Recommender().RecommendAsync("headphones", 10, ["P4"], Token));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task A_result_carries_its_item_as_the_catalogue_has_it_or_else_what_the_collection_keeps_of_it()
    {
        Item[] changed = [.. Items.Select(item => item with { Title = item.Title + " II" })];
        var withCatalog = new HybridRecommender(Encoder, _items, Behavior, ids => changed.Where(item => ids.Contains(item.Id)).ToDictionary(item => item.Id));
        foreach (RetrievalQuery query in (RetrievalQuery[])[new() { Text = "headphones" }, new() { Item = "P1" }, new() { History = ["P4"] }, new()])
        {
            IReadOnlyList<Recommendation> known = await withCatalog.RecommendAsync(query, 10, Token),
                unknown = await Recommender().RecommendAsync(query, 10, Token);
            Assert.NotEmpty(known);
            Assert.All(known, r => Assert.Same(changed.Single(item => item.Id == r.Item.Id), r.Item));
            Assert.Equal(known.Select(r => r.Item.Id), unknown.Select(r => r.Item.Id));
            Assert.All(unknown, r =>
                Assert.Equal(Items.Single(item => item.Id == r.Item.Id) with { Title = "" }, r.Item with { Attributes = ItemAttributes(r) }));
        }

        static IReadOnlyDictionary<string, AttributeValue> ItemAttributes(Recommendation r) => Items.Single(item => item.Id == r.Item.Id).Attributes;
    }

    [Fact]
    public async Task What_is_popular_is_found_however_few_match()
    {
        Item[] many = [.. Enumerable.Range(0, 3000).Select(i => new Item($"M{i:D4}"))];
        var recommender = new HybridRecommender(Behavior, ids => many.Where(item => ids.Contains(item.Id)).ToDictionary(item => item.Id), () =>
            [.. many.Select(item => item.Id)]);
        IReadOnlyList<Recommendation> found = await recommender.RecommendAsync(new RetrievalQuery { Filter = Filter.Parse("id in [\"M2999\", \"M0001\"]") },
            2, Token);
        Assert.Equal(["M0001", "M2999"], found.Select(r => r.Item.Id.Value));
    }

    private async Task IndexAsync(IReadOnlyCollection<Item> items)
    {
        await _records.UpsertAsync(items, Token);
        await new CatalogIndexer(Encoder, ItemTextTemplate.Default).UpdateAsync(_items, _records, cancellationToken: Token);
    }

    private static void AssertEqual(IReadOnlyList<Recommendation> expected, IReadOnlyList<Recommendation> found)
    {
        Assert.Equal(expected.Select(Values), found.Select(Values));

        static object Values(Recommendation r) => (r.Item.Id, r.Score, string.Join(' ', r.Sources), r.TextScore, r.BehaviorScore, r.RetrievalRank, r.Why);
    }

    private HybridRecommender Recommender() => Recommender(Behavior);

    private HybridRecommender Recommender(Item2VecModel? behavior) => new(Encoder, _items, behavior);

    private static ItemId[] NearestTexts(string text, int count)
    {
        float[] query = Encoder.Encode(text, TextRole.Query);
        return [.. Items
            .Select(item => (item.Id, Score: TensorPrimitives.Dot(query, Encoder.Encode(ItemTextTemplate.Default.TextOf(item), TextRole.Passage))))
            .OrderByDescending(pair => pair.Score).ThenBy(pair => pair.Id).Take(count).Select(pair => pair.Id)];
    }

    /// <summary>The seeds' _rerank_with_behavior, line by line, in double.</summary>
    private static ItemId[] SeedsReference(ItemId[] candidates, ItemId[] history, int count)
    {
        double[][] known = [.. history.TakeLast(5).Select(VectorOf).Where(v => v is not null).Select(v => v!)];   // ! : just checked
        if (known.Length == 0)
            return candidates[..count];
        double[] mean = [.. Enumerable.Range(0, known[0].Length).Select(i => known.Average(v => v[i]))];
        return [.. candidates
            .Select(item => (item, Score: VectorOf(item) is { } v ? mean.Zip(v, (a, b) => a * b).Sum() / (Norm(mean) * Norm(v)) : 0))
            .OrderByDescending(pair => pair.Score).Take(count).Select(pair => pair.item)];

        static double Norm(double[] v) => Math.Sqrt(v.Sum(x => x * x));

        static double[]? VectorOf(ItemId item) =>
            Behavior.TryGetVector(item, out ReadOnlyMemory<float> vector) ? [.. vector.ToArray().Select(x => (double)x)] : null;
    }
}
