using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>SQLite's log, vectors.db-wal, does not grow with the data, whatever goes on at once.</summary>
public sealed class LogSizeTests(ITestOutputHelper output) : IDisposable
{
    private const int Dimension = 384, BatchRows = 512, Batches = 64;

    private const long MostBytes = 32 << 20;   // all the vectors together have 50 MB

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => _folder.File("vectors.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_stays_small_while_rows_are_written_read_and_built_into_an_index_and_while_all_of_them_are_dropped()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database, new() { Index = new() { Cells = 4 } });
        IVectorCollection collection = await store.CreateAsync("products", Space(Dimension), Token);
        await collection.UpsertAsync(BatchOf(0), Token);
        long most = 0, read = 0;
        int built = 0;
        Task writes = Task.Run(async () =>
        {
            for (int batch = 1; batch < Batches; batch++)
            {
                await collection.UpsertAsync(BatchOf(batch), Token);
                most = Math.Max(most, LogBytes());
            }
        }, Token);
        Task reads = Task.Run(async () =>
        {
            while (!writes.IsCompleted)
                await foreach (StoredItem row in collection.ReadAsync(cancellationToken: Token))
                    read++;
        }, Token);
        // One reading lasts from the first write to the last.
        await using IAsyncEnumerator<StoredItem> slow = collection.ReadAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await slow.MoveNextAsync());
        for (; !writes.IsCompleted; built++)
            await collection.BuildIndexAsync(Token);
        await writes;
        await reads;
        Assert.True(await slow.MoveNextAsync());
        output.WriteLine($"{Batches} batches, {read} rows read, {built} builds; the log had at most {most >> 10} KB.");
        Assert.InRange(most, 1, MostBytes);

        Task drop = store.DropAsync(collection.Name, Token);
        while (!drop.IsCompleted)
            most = Math.Max(most, LogBytes());
        await drop;
        output.WriteLine($"With the drop at most {most >> 10} KB.");
        Assert.InRange(most, 1, MostBytes);
        Assert.Equal((0, 0, 0), LeftOvers.Count(Database));
    }

    private long LogBytes() => new FileInfo(Database + "-wal").Length;

    private static ItemBatch BatchOf(int batch)
    {
        var random = new Random(batch);
        return Batch([.. Enumerable.Range(batch * BatchRows, BatchRows).Select(i => ($"P{i:D6}", Draw(random, Dimension)))]);
    }
}
