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
