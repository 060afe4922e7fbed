using Hybrid.Indexing;
using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests;

/// <summary>Rows that a server keeps in several pieces.</summary>
public sealed class SegmentsTests(MilvusServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_of_all_rows_has_those_behind_the_last_of_a_small_segment()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        await using MilvusVectorStore store = await MilvusVectorStore.OpenAsync(new MilvusStoreOptions { Client = database.Options }, cancellationToken: Token);
        IVectorCollection collection = await store.CreateAsync("products", UnitVectors.Space(8), Token);
        await collection.UpsertAsync(Of("A1", "A2", "C1", "C2"), Token);
        await collection.BuildIndexAsync(Token);   // what is there becomes a segment of its own
        await collection.UpsertAsync(Of("B1"), Token);

        Assert.Equal(["A1", "A2", "B1", "C1", "C2"], (await collection.ReadAllAsync(cancellationToken: Token)).Select(row => row.Fields.Id.Value));
        Assert.Equal(["B1", "C1", "C2"], (await collection.ReadAllAsync(after: "A2", cancellationToken: Token)).Select(row => row.Fields.Id.Value));
        using var client = new MilvusClient(database.Options);
        int pages = 0, rows = 0;
        var key = new FieldSchema("id", FieldType.VarChar) { IsKey = true, MaxLength = 100 };
        await foreach (RowSet page in client.QueryPagesAsync(new QueryRequest("products_v1") { Consistency = ConsistencyLevel.Strong }, key,
            cancellationToken: Token))
            (pages, rows) = (pages + 1, rows + page.Count);
        Assert.True(rows == 5, $"{rows} rows in {pages} pages");
    }

    private static ItemBatch Of(params string[] items) =>
        UnitVectors.Batch([.. items.Select((item, i) => (item, UnitVectors.Draw(new Random(i), 8)))]);
}
