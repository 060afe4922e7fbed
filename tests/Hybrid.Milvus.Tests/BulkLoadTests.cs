using System.Globalization;
using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Milvus.Tests;

/// <summary>Filling a collection as a whole: inserted, then indexed, then brought into memory; and gone on with after every kind of interruption.</summary>
public sealed class BulkLoadTests(MilvusServer server) : IAsyncLifetime
{
    private const int Dimension = 8, Rows = 5_000, BatchRows = 250, StepRows = 1_000;

    private MilvusDatabase? _database;
    private MilvusVectorStore? _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MilvusVectorStore Store => _store!;   // opened before each test

    private MilvusDatabase Database => _database!;   // likewise

    public async ValueTask InitializeAsync()
    {
        _database = await server.NewDatabaseAsync();
        _store = await MilvusVectorStore.OpenAsync(new MilvusStoreOptions { Client = _database.Options }, cancellationToken: Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Database.DisposeAsync();
    }

    [Fact]
    public async Task All_rows_are_there_indexed_and_found()
    {
        MilvusCollection collection = await CreateAsync(Store);
        var progress = new Collected();

        long rows = await collection.BulkLoadAsync(after => RowsAfter(after), progress, Token);

        Assert.Equal(Rows, rows);
        Assert.Equal([1_000, 2_000, 3_000, 4_000, 5_000], progress.Values);
        await ExpectAllAsync(collection);
        IndexDescription index = await collection.DescribeIndexAsync(Token);
        Assert.Equal(("IVF_FLAT", 128, 64, false), (index.Type, index.Cells, index.Probes, index.IsStale));
        // From here on it is a collection like any other.
        await collection.UpsertAsync(Batch(("R0000", At8(7))), Token);
        Assert.Equal(Rows, await collection.CountAsync(Token));
        Assert.False(await collection.TakesBulkAsync(Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(900)]
    [InlineData(2_600)]
    [InlineData(Rows)]
    public async Task After_a_failure_of_its_source_the_next_call_goes_on_and_writes_no_row_twice(int read)
    {
        MilvusCollection collection = await CreateAsync(Store);
        await Assert.ThrowsAsync<InvalidDataException>(() => collection.BulkLoadAsync(after => RowsAfter(after, failsAfter: read), null, Token));
        long known = await collection.CountAsync(Token);
        // By another process.
        await using MilvusVectorStore store = await MilvusVectorStore.OpenAsync(new MilvusStoreOptions { Client = Database.Options }, cancellationToken: Token);
        var again = (MilvusCollection)await store.OpenAsync(collection.Name, cancellationToken: Token);
        again.RowsOfStep = StepRows;
        ItemId asked = default;

        Assert.True(await again.TakesBulkAsync(Token));
        long rows = await again.BulkLoadAsync(after => RowsAfter(asked = after), null, Token);

        Assert.Equal(Rows, rows);
        Assert.InRange(known, read - 2 * StepRows, read);
        Assert.Equal(known == 0 ? default : Id((int)known - 1), asked);
        await ExpectAllAsync(again);
    }

    [Fact]
    public async Task A_cancelled_load_is_gone_on_with()
    {
        MilvusCollection collection = await CreateAsync(Store);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            collection.BulkLoadAsync(after => RowsAfter(after), new Collected { OnReport = rows => Cancel(rows >= 2_000, stop) }, stop.Token));

        Assert.Equal(Rows, await collection.BulkLoadAsync(after => RowsAfter(after), null, Token));
        await ExpectAllAsync(collection);
    }

    [Fact]
    public async Task While_it_is_interrupted_it_can_be_listed_read_and_built()
    {
        MilvusCollection collection = await CreateAsync(Store);
        await Assert.ThrowsAsync<InvalidDataException>(() => collection.BulkLoadAsync(after => RowsAfter(after, failsAfter: 3_000), null, Token));

        CollectionInfo listed = Assert.Single(await Store.ListAsync(Token));
        Assert.InRange(listed.Count, 1_000, 3_000);
        Assert.Equal("none", (await collection.DescribeIndexAsync(Token)).Type);
        Assert.Equal("R0007", (await collection.SearchAsync(Vector(7), 1, SearchOptions.Everywhere, Token))[0].Item.Value);
        await collection.BuildIndexAsync(Token);

        // It has been taken as it was, and is no target of a load any more.
        Assert.False(await collection.TakesBulkAsync(Token));
        Assert.False((await collection.DescribeIndexAsync(Token)).IsStale);
    }

    [Fact]
    public async Task A_collection_that_has_rows_is_refused_and_keeps_them()
    {
        MilvusCollection collection = await CreateAsync(Store);
        await collection.UpsertAsync(Batch(("A", At8(1))), Token);

        VectorStoreException refusal = await Assert.ThrowsAsync<VectorStoreException>(() => collection.BulkLoadAsync(after => RowsAfter(after), null, Token));

        Assert.Contains("it has 1 rows that no interrupted load has left", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("A", Assert.Single(await collection.ReadAllAsync(cancellationToken: Token)).Fields.Id.Value);
        Assert.Equal("IVF_FLAT", (await collection.DescribeIndexAsync(Token)).Type);
    }

    [Fact]
    public async Task Rows_out_of_order_and_of_another_space_are_refused()
    {
        MilvusCollection collection = await CreateAsync(Store);
        ArgumentException order = await Assert.ThrowsAsync<ArgumentException>(() => collection.BulkLoadAsync(_ => Of("A", "C", "B"), null, Token));
        ArgumentException twice = await Assert.ThrowsAsync<ArgumentException>(() => collection.BulkLoadAsync(_ => Of("A", "A"), null, Token));
        ArgumentException other = await Assert.ThrowsAsync<ArgumentException>(() => collection.BulkLoadAsync(
            _ => AsyncEnumerable.Repeat(Batch(("A", At(0))), 1), null, Token));

        Assert.StartsWith("The item 'B' comes behind 'C'", order.Message, StringComparison.Ordinal);
        Assert.StartsWith("The item 'A' comes behind 'A'", twice.Message, StringComparison.Ordinal);
        Assert.Contains("2", other.Message, StringComparison.Ordinal);
        Assert.Equal(1, await collection.BulkLoadAsync(_ => Of("A"), null, Token));

        static IAsyncEnumerable<ItemBatch> Of(params string[] items) =>
            items.ToAsyncEnumerable().Select(item => Batch((item, At8(3))));
    }

    [Fact]
    public async Task An_empty_load_leaves_an_index()
    {
        MilvusCollection collection = await CreateAsync(Store);
        Assert.Equal(0, await collection.BulkLoadAsync(_ => AsyncEnumerable.Empty<ItemBatch>(), null, Token));
        Assert.Empty(await collection.SearchAsync(Vector(1), 3, cancellationToken: Token));
    }

    [Fact]
    public async Task A_server_that_is_killed_in_the_middle_has_every_row_once_when_the_load_is_over()
    {
        await using MilvusProcess process = await MilvusServer.StartPrivateAsync();
        var options = new MilvusStoreOptions { Client = new MilvusClientOptions { Endpoint = process.Endpoint, Timeout = TimeSpan.FromMinutes(3) } };
        await using MilvusVectorStore store = await MilvusVectorStore.OpenAsync(options, cancellationToken: Token);
        MilvusCollection collection = await CreateAsync(store);
        Task? restart = null;
        async Task RestartAsync()
        {
            await process.KillAsync(Token);
            await process.StartAgainAsync(Token);
        }
        async Task LoadAsync(IProgress<long>? progress) =>
            Assert.Equal(Rows, await collection.BulkLoadAsync(after => RowsAfter(after), progress, Token));

        try
        {
            await LoadAsync(new Collected { OnReport = rows => restart ??= rows >= 2_000 ? Task.Run(RestartAsync, Token) : null });
        }
        catch (VectorStoreException e) when (e.IsTransient)
        {
            // It may outlast the server's death, and may not.
        }
        Assert.NotNull(restart);
        await restart;
        if (await collection.TakesBulkAsync(Token))
            await LoadAsync(null);

        await ExpectAllAsync(collection);
    }

    [Fact]
    public async Task A_copy_into_an_empty_collection_loads_it_and_goes_on_with_it_after_an_interruption()
    {
        await using var embedded = EmbeddedVectorStore.Open(":memory:");
        IVectorCollection source = await embedded.CreateAsync("products", Space(Dimension), Token);
        await foreach (ItemBatch batch in RowsAfter(default, cancellationToken: Token))
            await source.UpsertAsync(batch, Token);
        MilvusCollection target = await CreateAsync(Store);
        int marked = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var interrupted = new CollectionCopy(source, target) { LoadFrom = 1, BeforeWrite = _ => Cancel(++marked == 2, stop) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => interrupted.RunAsync(null, stop.Token));
        // What changes meanwhile is found by the comparison.
        await source.RemoveAsync(["R0003"], Token);
        await source.UpsertAsync(Batch(("R0004", Vector(9)), ("R9999", Vector(1))), Token);

        CopyReport report = await new CollectionCopy(source, target) { LoadFrom = 1 }.RunAsync(cancellationToken: Token);

        Assert.Equal(Rows, report.Rows);
        List<StoredItem> expected = await source.ReadAllAsync(cancellationToken: Token), got = await target.ReadAllAsync(cancellationToken: Token);
        Assert.Equal(expected.Select(Describe), got.Select(Describe));
        Assert.Equal(0, (await new CollectionCopy(source, target) { LoadFrom = 1 }.RunAsync(cancellationToken: Token)).Copied);

        static string Describe(StoredItem row) => $"{row.Fields.Id} {string.Join(',', row.Vector.ToArray())}";
    }

    private static async Task<MilvusCollection> CreateAsync(MilvusVectorStore store)
    {
        var collection = (MilvusCollection)await store.CreateAsync("products", Space(Dimension), Token);
        collection.RowsOfStep = StepRows;
        return collection;
    }

    private static async Task ExpectAllAsync(MilvusCollection collection)
    {
        Assert.Equal(Rows, await collection.CountAsync(Token));
        List<StoredItem> rows = await collection.ReadAllAsync(withVectors: false, cancellationToken: Token);
        Assert.Equal(Enumerable.Range(0, Rows).Select(Id), rows.Select(row => row.Fields.Id));
        foreach (int i in (int[])[0, 1, 999, 1_000, 2_600, Rows - 1])
            Assert.Equal(Id(i), (await collection.SearchAsync(Vector(i), 1, SearchOptions.Everywhere, Token))[0].Item);
    }

    private static async IAsyncEnumerable<ItemBatch> RowsAfter(
        ItemId after, int failsAfter = int.MaxValue, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int from = after == default ? 0 : int.Parse(after.Value[1..], CultureInfo.InvariantCulture) + 1;
        for (; from < Rows; from += BatchRows)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            if (from >= failsAfter)
                throw new InvalidDataException("The source failed.");
            yield return Batch([.. Enumerable.Range(from, Math.Min(BatchRows, Rows - from)).Select(i => (Id(i).Value, Vector(i)))]);
        }
        if (failsAfter <= Rows)
            throw new InvalidDataException("The source failed.");
    }

    private static ItemId Id(int i) => new(string.Create(CultureInfo.InvariantCulture, $"R{i:D4}"));

    private static float[] Vector(int i) => Draw(new Random(i), Dimension);

    private static float[] At8(double degrees) => [.. At(degrees), .. new float[Dimension - 2]];

    private static void Cancel(bool isTime, CancellationTokenSource stop)
    {
        if (isTime)
            stop.Cancel();
    }

    private sealed class Collected : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public Action<long>? OnReport { get; init; }

        public void Report(long value)
        {
            Values.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
