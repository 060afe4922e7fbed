using Hybrid.Catalog;
using Hybrid.Indexing;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Milvus.Tests;

public sealed class MilvusIndexTests(Servers.MilvusServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_build_a_visit_to_all_cells_reaches_all_rows_and_misses_none_of_the_nearest()
    {
        const int rows = 6_000;   // more than a server leaves without an index of some kind
        await using var stores = new MilvusStores(server);
        await using IVectorStore store = await stores.OpenAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(8), Token);
        var random = new Random(3);
        Dictionary<ItemId, float[]> all = Enumerable.Range(0, rows).ToDictionary(i => new ItemId($"P{i}"), _ => Draw(random, 8));
        await collection.UpsertAsync(Batch([.. all.Select(row => (row.Key.Value, row.Value))]), Token);

        await collection.BuildIndexAsync(Token);

        float[] query = Draw(random, 8);
        IReadOnlyList<Neighbor> found = await collection.SearchAsync(query, rows, SearchOptions.Everywhere, Token);
        Assert.Equal(rows, found.Count);
        Assert.Equal(Nearest(all, query, 50), found.Take(50).Select(n => n.Item));
        ItemId[] excluded = [.. all.Keys.Take(300)];
        Assert.Equal(rows - 300, (await collection.SearchAsync(query, rows, SearchOptions.Everywhere with { Exclude = excluded }, Token)).Count);
        IndexDescription index = await collection.DescribeIndexAsync(Token);
        Assert.Equal(("IVF_FLAT", 128, 64, false), (index.Type, index.Cells, index.Probes, index.IsStale));
    }

    [Fact]
    public async Task A_build_measures_how_many_cells_a_search_must_visit_for_a_recall_of_99_percent_and_says_so()
    {
        const int rows = 5_000, queries = 50, count = 10, d = 64;   // with no clusters at all, so that neighbours are everywhere
        await using var stores = new MilvusStores(server);
        await using IVectorStore store = await stores.OpenAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(d), Token);
        var random = new Random(4);
        Dictionary<ItemId, float[]> all = Enumerable.Range(0, rows).ToDictionary(i => new ItemId($"P{i}"), _ => Draw(random, d));
        await collection.UpsertAsync(Batch([.. all.Select(row => (row.Key.Value, row.Value))]), Token);

        await collection.BuildIndexAsync(Token);

        IndexDescription index = await collection.DescribeIndexAsync(Token);
        if (await server.EngineAsync() == Servers.MilvusEngine.Lite)
        {
            Assert.InRange(index.Probes, 64, 128);   // it looks at everything for a while, and then nothing is measured
            return;
        }
        Assert.InRange(index.Probes, 65, 128);
        int found = 0, found64 = 0;
        for (int q = 0; q < queries; q++)
        {
            float[] query = Draw(random, d);
            List<ItemId> nearest = Nearest(all, query, count);
            found += nearest.Intersect((await collection.SearchAsync(query, count, cancellationToken: Token)).Select(n => n.Item)).Count();
            found64 += nearest.Intersect((await collection.SearchAsync(query, count, new SearchOptions { Probes = 64 }, Token)).Select(n => n.Item)).Count();
        }
        Assert.True(found >= 0.985 * queries * count, $"{index.Probes} probes found {found} of {queries * count}, and 64 would have found {found64}");
        Assert.True(found64 < found, $"64 probes found {found64}, {index.Probes} found {found}");
    }

    [Fact]
    public async Task A_recall_that_was_asked_for_holds_after_a_build_and_for_whoever_opens_the_collection()
    {
        const int rows = 5_000, d = 64;
        await using Servers.MilvusDatabase database = await server.NewDatabaseAsync();
        var options = new MilvusStoreOptions { Client = database.Options };
        await using MilvusVectorStore store = await MilvusVectorStore.OpenAsync(options, cancellationToken: Token);
        await using MilvusVectorStore other = await MilvusVectorStore.OpenAsync(options, cancellationToken: Token);
        IVectorCollection collection = await store.CreateAsync("products", Space(d), Token);
        var random = new Random(5);
        await collection.UpsertAsync(Batch([.. Enumerable.Range(0, rows).Select(i => ($"P{i}", Draw(random, d)))]), Token);
        await collection.BuildIndexAsync(Token);

        await collection.TuneIndexAsync(0.7, Token);

        IndexDescription tuned = await (await other.OpenAsync("products@1", cancellationToken: Token)).DescribeIndexAsync(Token);
        Assert.Equal(0.7, tuned.TargetRecall);
        Assert.InRange(tuned.Probes, 2, 110);   // milvus-lite looks at everything for a while, and then nothing is measured
        await collection.BuildIndexAsync(Token);
        Assert.Equal(0.7, (await collection.DescribeIndexAsync(Token)).TargetRecall);
        await collection.TuneIndexAsync(null, Token);
        Assert.Equal(0.99, (await collection.DescribeIndexAsync(Token)).TargetRecall);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => collection.TuneIndexAsync(1, Token));
    }

    [Theory]
    [InlineData(0, 128)]
    [InlineData(100_000, 128)]
    [InlineData(100_001, 1264)]
    [InlineData(200_000, 1788)]
    [InlineData(400_000, 2529)]
    [InlineData(10_000_000_000, 2529)]
    public void A_collection_has_as_many_cells_as_the_seeds_say_four_times_the_root_beyond_and_no_more_than_a_segment_can_use(long rows, int cells) =>
        Assert.Equal(cells, MilvusCollection.CellsFor(rows));
}
