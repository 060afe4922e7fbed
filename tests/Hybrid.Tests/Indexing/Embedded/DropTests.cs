using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>A collection is dropped in one step for everybody, and its rows in many: whatever cuts these short, nobody sees half a collection.</summary>
public sealed class DropTests : IDisposable
{
    private const int Rows = 3000;   // three transactions

    private readonly TemporaryFolder _folder = new();
    private readonly NotedLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => _folder.File("vectors.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_drop_that_was_cut_short_is_seen_by_nobody_and_finished_by_the_next_start()
    {
        await WriteAsync();
        await using EmbeddedVectorStore here = Open();   // as another process, with the collection open
        IVectorCollection half = await here.OpenAsync("products@1", cancellationToken: Token);
        LeftOvers.MarkDropped(Database, "products@1");
        Assert.Equal((2, Rows + 1, Rows + 1), LeftOvers.Count(Database));
        Assert.True((await Assert.ThrowsAsync<VectorStoreException>(() => half.SearchAsync(At(0), 1, cancellationToken: Token))).IsGone);
        Assert.True((await Assert.ThrowsAsync<VectorStoreException>(() => half.UpsertAsync(Batch(("A", At(0))), Token))).IsGone);
        Assert.True((await Assert.ThrowsAsync<VectorStoreException>(() => here.OpenAsync("products@1", cancellationToken: Token))).IsGone);
        Assert.Null(await here.ResolveAsync("products@1", Token));
        Assert.Equal(["kept@1"], (await here.ListAsync(Token)).Select(c => c.Name));

        await ExpectFinishedByTheNextStartAsync();
        Assert.DoesNotContain(_folder.Names, name => name.Contains("products", StringComparison.Ordinal));
        Assert.Equal("products@2", (await here.CreateAsync("products", Space(2), Token)).Name);
    }

    [Fact]
    public async Task A_cancelled_drop_is_finished_by_the_next_start()
    {
        await WriteAsync();
        using var cancellation = new CancellationTokenSource();
        await using (EmbeddedVectorStore store = Open())
        {
            IVectorCollection collection = await store.OpenAsync("products@1", cancellationToken: Token);
            Task drop = store.DropAsync(collection.Name, cancellation.Token);
            while (await store.ResolveAsync(collection.Name, Token) is not null)
                await Task.Yield();
            await cancellation.CancelAsync();
            await drop;
            Assert.True((await Assert.ThrowsAsync<VectorStoreException>(() => collection.CountAsync(Token))).IsGone);
        }
        await ExpectFinishedByTheNextStartAsync();
    }

    [Fact]
    public async Task Rows_that_cannot_be_deleted_while_another_process_writes_are_deleted_by_the_next_start()
    {
        await WriteAsync();
        LeftOvers.MarkDropped(Database, "products@1");
        using (var writer = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            writer.Open();
            using Microsoft.Data.Sqlite.SqliteTransaction transaction = writer.BeginTransaction();
            await using EmbeddedVectorStore store = Open();
            Assert.Equal(["kept@1"], (await store.ListAsync(Token)).Select(c => c.Name));
            long end = Environment.TickCount64 + 60_000;
            while (!_log.Notes.Any(note =>
                note.StartsWith("Warning: products@1 was dropped, but not all of its rows could be deleted: ", StringComparison.Ordinal)))
            {
                Assert.True(Environment.TickCount64 < end, string.Join(' ', _log.Notes));
                await Task.Yield();
            }
        }
        await ExpectFinishedByTheNextStartAsync();
    }

    private async Task ExpectFinishedByTheNextStartAsync()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database);
        await LeftOvers.AreGoneAsync(Database, collections: 1, vectors: 1);
        Assert.Equal(1, LeftOvers.Count(Database).Rows);
    }

    private EmbeddedVectorStore Open() => EmbeddedVectorStore.Open(Database, new() { BusyTimeout = TimeSpan.FromMilliseconds(1) }, _log);

    private async Task WriteAsync()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database);
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch([.. Enumerable.Range(0, Rows).Select(i => ($"P{i}", At(i)))]), Token);
        await (await store.CreateAsync("kept", Space(2), Token)).UpsertAsync(Batch(("A", At(0))), Token);
    }
}
