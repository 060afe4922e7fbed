using Hybrid.Catalog;
using Hybrid.Indexing;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Contracts;

public abstract class VectorSearchOptionsContract(IEmptyStores stores) : StoreContract(stores)
{
    // Many equal scores: twelve directions for 120 items, in ten groups; every eighth item has none.
    private const int Many = 120;

    [Fact]
    public async Task What_is_excluded_is_left_out_and_leaves_its_place_to_others()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await CreateManyAsync(store);
        IReadOnlyList<Neighbor> all = await SearchManyItemsAsync(collection, new());
        ItemId[] excluded = [.. all.Where((_, place) => place % 3 == 0).Select(n => n.Item), "not-there"];
        foreach (IReadOnlyCollection<ItemId> exclude in (IReadOnlyCollection<ItemId>[])[excluded, excluded.ToHashSet(), new Queue<ItemId>(excluded)])
        {
            IReadOnlyList<Neighbor> found = await collection.SearchAsync(At(0), 20, new SearchOptions { Exclude = exclude }, Token);
            Assert.Equal(all.Where(n => !excluded.Contains(n.Item)).Take(20), found);
        }
        var both = new SearchOptions { Exclude = excluded, Filter = Filter.Parse("category == \"c1\"") };
        Assert.Equal(
            all.Where(n => !excluded.Contains(n.Item) && CategoryOf(n.Item) == "c1"), await collection.SearchAsync(At(0), Many, both, Token));
        Assert.Equal(all, await SearchManyItemsAsync(collection, new() { Exclude = [] }));
        ItemId[] more = [.. Enumerable.Range(0, 20_000).Select(i => new ItemId($"GONE-{i}")), .. all.Skip(1).Select(n => n.Item)];
        Assert.Equal([all[0]], await SearchManyItemsAsync(collection, new() { Exclude = more }));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("category", null)]
    [InlineData("parent", "price < 90")]
    public async Task Pages_put_together_are_the_whole_also_where_scores_are_equal(string? groupBy, string? filter)
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await CreateManyAsync(store);
        var options = new SearchOptions { Filter = filter is null ? null : Filter.Parse(filter), GroupBy = groupBy, Exclude = ["I000", "I013"] };
        IReadOnlyList<Neighbor> whole = await SearchManyItemsAsync(collection, options);
        Assert.Equal(whole.OrderByDescending(n => n.Score).ThenBy(n => n.Item), whole);
        var pages = new List<Neighbor>();
        for (int page = 0; page <= Many / 7; page++)
            pages.AddRange(await collection.SearchAsync(At(0), 7, options with { Offset = page * 7 }, Token));
        Assert.Equal(whole, pages);
        Assert.Empty(await collection.SearchAsync(At(0), 7, options with { Offset = 1_000 }, Token));
    }

    [Fact]
    public async Task A_least_score_ends_the_list_and_itself_returns()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await CreateManyAsync(store);
        IReadOnlyList<Neighbor> all = await SearchManyItemsAsync(collection, new());
        float least = all[45].Score;
        Assert.Equal(all.Where(n => n.Score >= least), await SearchManyItemsAsync(collection, new() { MinScore = least }));
        var page = new SearchOptions { MinScore = least, Offset = 30 };
        Assert.Equal(all.Where(n => n.Score >= least).Skip(30).Take(10), await collection.SearchAsync(At(0), 10, page, Token));
        Assert.Empty(await collection.SearchAsync(At(15), 10, new SearchOptions { MinScore = 1, Exclude = [.. all.Select(n => n.Item)] }, Token));
        Assert.Equal(all, await SearchManyItemsAsync(collection, new() { MinScore = -1 }));
    }

    [Theory]
    [InlineData("parent")]
    [InlineData("category")]
    [InlineData("price")]
    [InlineData("in_stock")]
    [InlineData("id")]
    [InlineData("nothing has it")]
    public async Task Of_a_group_only_the_best_returns_and_no_fewer_groups_than_there_are(string groupBy)
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await CreateManyAsync(store);
        IReadOnlyList<Neighbor> all = await SearchManyItemsAsync(collection, new());
        Dictionary<ItemId, Item> fields = ManyItems().ToDictionary(item => item.Id);
        List<Neighbor> expected = [.. all.DistinctBy(n => GroupOf(fields[n.Item], groupBy))];
        var options = new SearchOptions { GroupBy = groupBy };
        Assert.Equal(expected, await SearchManyItemsAsync(collection, options));
        for (int count = 1; count <= expected.Count; count++)
            Assert.Equal(expected.Take(count), await collection.SearchAsync(At(0), count, options, Token));
        await collection.BuildIndexAsync(Token);
        // An index may calculate a cosine in another order of its parts than a scan does.
        IReadOnlyList<Neighbor> built = await SearchManyItemsAsync(collection, options);
        Assert.Equal(expected.Select(n => n.Item), built.Select(n => n.Item));
        Assert.All(expected.Zip(built), pair => Assert.Equal(pair.First.Score, pair.Second.Score, tolerance: 1e-6));
    }

    [Fact]
    public async Task A_flood_of_one_group_does_not_take_the_places_of_others()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        Item[] items = [.. Enumerable.Range(0, 1_000).Select(i => Child($"T{i:D4}", "TEE")), Child("POLO", "POLO"), Child("HOOD", "HOOD")];
        await collection.UpsertAsync(
            new ItemBatch(Space(2), items, items.SelectMany(i => At(i.Id.Value[0] == 'T' ? 0 : i.Id.Value == "POLO" ? 40 : 90)).ToArray()), Token);
        IReadOnlyList<Neighbor> found = await collection.SearchAsync(At(1), 3, new SearchOptions { GroupBy = "parent" }, Token);
        Assert.Equal(["T0000", "POLO", "HOOD"], found.Select(n => n.Item.Value));
        Assert.Equal(2, (await collection.SearchAsync(At(1), 3, new SearchOptions { GroupBy = "parent", Exclude = ["POLO"] }, Token)).Count);

        static Item Child(string id, string parent) => new(id) { Attributes = new Dictionary<string, AttributeValue> { ["parent"] = parent } };
    }

    [Fact]
    public async Task Many_queries_in_one_call_are_answered_in_their_order()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await CreateManyAsync(store);
        QueryVector[] queries = [.. ((double[])[0, 90, 45, 0, 200]).Select(degrees => new QueryVector(At(degrees), collection.Space))];
        var options = new SearchOptions { Filter = Filter.Parse("price > 10"), Offset = 2, GroupBy = "parent" };
        IReadOnlyList<IReadOnlyList<Neighbor>> found = await collection.SearchManyAsync(queries, 5, options, Token);
        Assert.Equal(queries.Length, found.Count);
        for (int i = 0; i < queries.Length; i++)
            Assert.Equal(await collection.SearchAsync(queries[i], 5, options, Token), found[i]);
        Assert.Empty(await collection.SearchManyAsync([], 5, cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => collection.SearchManyAsync([queries[0], new(At(0), Space(3))], 5, cancellationToken: Token));
    }

    [Fact]
    public async Task Options_out_of_range_are_refused()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { Offset = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { MinScore = 1.5f });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SearchOptions { MinScore = float.NaN });
        Assert.Empty(await collection.SearchAsync(At(0), 384, new SearchOptions { Offset = 16_000 }, Token));
        var beyond = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => collection.SearchAsync(At(0), 385, new SearchOptions { Offset = 16_000 }, Token));
        Assert.Contains("the offset is 0 to 15999, not 16000", beyond.Message, StringComparison.Ordinal);
    }

    private static async Task<IVectorCollection> CreateManyAsync(IVectorStore store)
    {
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        Item[] items = [.. ManyItems()];
        await collection.UpsertAsync(new ItemBatch(Space(2), items, Enumerable.Range(0, Many).SelectMany(i => At(i % 12 * 15)).ToArray()), Token);
        return collection;
    }

    private static Task<IReadOnlyList<Neighbor>> SearchManyItemsAsync(IVectorCollection collection, SearchOptions options) =>
        collection.SearchAsync(At(0), Many, options, Token);

    private static IEnumerable<Item> ManyItems() => Enumerable.Range(0, Many).Select(i => new Item($"I{i:D3}")
    {
        Category = CategoryOf($"I{i:D3}"),
        Price = i,
        InStock = i % 5 == 0 ? null : i % 5 < 3,
        Attributes = i % 8 == 0 ? new Dictionary<string, AttributeValue>() : new Dictionary<string, AttributeValue> { ["parent"] = i % 10 },
    });

    private static string CategoryOf(ItemId item) => $"c{int.Parse(item.Value[1..], System.Globalization.CultureInfo.InvariantCulture) / 7 % 4}";

    /// <summary>An item without the value is a group of its own.</summary>
    private static object GroupOf(Item item, string by) => by switch
    {
        "id" => item.Id,
        "category" => item.Category ?? (object)item.Id,
        "price" => item.Price ?? (object)item.Id,
        "in_stock" => item.InStock ?? (object)item.Id,
        _ => item.Attributes.TryGetValue(by, out AttributeValue value) ? value : item.Id,
    };
}
