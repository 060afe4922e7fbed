using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>A store on a medium that cannot be written answers everything, and refuses what would write.</summary>
public sealed class ReadOnlyStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _origin = new();
    private readonly NotedLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => _folder.File("vectors.db");

    private string Saved => _folder.File("vectors.db.products@1.ivf");

    public void Dispose()
    {
        _folder.Dispose();
        _origin.Dispose();
    }

    [Fact]
    public async Task What_was_closed_is_searched_and_read_with_its_saved_index()
    {
        await WriteAsync(Database);
        await ExpectReadableAsync();
        Assert.Empty(_log.Notes);
    }

    [Fact]
    public async Task A_missing_index_is_made_in_memory_alone()
    {
        await WriteAsync(Database);
        File.Delete(Saved);
        await ExpectReadableAsync();
        Assert.Equal(["Information: products@1 has no saved index yet; it is made from the database."], _log.Notes);
        Assert.False(File.Exists(Saved));
    }

    [Fact]
    public async Task A_stale_index_is_not_used_and_stays()
    {
        await WriteAsync(Database);
        byte[] stale = await File.ReadAllBytesAsync(Saved, Token);
        stale[0] ^= 1;   // another epoch
        await File.WriteAllBytesAsync(Saved, stale, Token);
        File.WriteAllText(_folder.File("vectors.db.gone@1.ivf"), "left");
        await ExpectReadableAsync();
        Assert.StartsWith($"Warning: The saved index {Saved} cannot be used: ", Assert.Single(_log.Notes), StringComparison.Ordinal);
        Assert.Equal(stale, await File.ReadAllBytesAsync(Saved, Token));
    }

    [Fact]
    public async Task What_a_killed_process_left_in_the_log_is_read_with_it()
    {
        await using (EmbeddedVectorStore killed = await WriteUnclosedAsync())
            Copy("vectors.db", "vectors.db-wal", "vectors.db-shm", "vectors.db.1.vec");
        Assert.NotEqual(0, new FileInfo(Database + "-wal").Length);
        await ExpectReadableAsync();
    }

    [Fact]
    public async Task What_a_killed_process_left_in_the_log_is_missed_with_words_where_only_a_writer_can_read_it()
    {
        await using (EmbeddedVectorStore killed = await WriteUnclosedAsync())
            Copy("vectors.db", "vectors.db-wal", "vectors.db.1.vec");
        using var medium = new ReadOnlyMedium(_folder.Path);
        VectorStoreException refusal = Assert.Throws<VectorStoreException>(() => EmbeddedVectorStore.Open(Database));
        Assert.Equal(
            $"embedded {Database}: open failed: it can only be read here, and its last writer left changes in vectors.db-wal that only a writer can take over. "
            + "Open it once where it can be written.", refusal.Message);
    }

    [Fact]
    public async Task A_drop_that_was_cut_short_stays_as_it_is_and_is_seen_by_nobody()
    {
        await WriteAsync(Database);
        await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database))
            await (await store.CreateAsync("half", Space(2), Token)).UpsertAsync(Batch(("A", At(0))), Token);
        LeftOvers.MarkDropped(Database, "half@1");
        await ExpectReadableAsync();
    }

    private async Task ExpectReadableAsync()
    {
        string[] before = [.. _folder.Names];
        using (new ReadOnlyMedium(_folder.Path))
        {
            await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database, logger: _log);
            Assert.True(store.IsReadOnly);
            CollectionInfo info = Assert.Single(await store.ListAsync(Token));
            Assert.Equal(("products@1", 3, "shop"), (info.Name, info.Count, Assert.Single(info.Aliases)));
            Assert.Equal("products@1", await store.ResolveAsync("shop", Token));
            IVectorCollection collection = await store.OpenAsync("shop", Space(2), Token);
            Assert.Equal(["A", "B", "C"], (await collection.SearchAsync(At(0), 10, cancellationToken: Token)).Select(n => n.Item.Value));
            Assert.Equal(["A", "B", "C"], (await collection.ReadAllAsync(cancellationToken: Token)).Select(row => row.Fields.Id.Value));
            Assert.Equal(At(10), (await collection.GetAsync(["B"], cancellationToken: Token))["B"].Vector.ToArray());
            Assert.Equal(3, await collection.CountAsync(Token));
            Assert.Equal("IVF_FLAT", (await collection.DescribeIndexAsync(Token)).Type);

            (string Operation, Func<Task> Write)[] writes =
            [
                ("create more", () => store.CreateAsync("more", Space(2), Token)),
                    ("point shop at products@1", () => store.SetAliasAsync("shop", "products@1", Token)),
                ("drop products@1", () => store.DropAsync("products@1", Token)),
                    ("upsert into products@1", () => collection.UpsertAsync(Batch(("D", At(30))), Token)),
                ("remove from products@1", () => collection.RemoveAsync(["A"], Token)),
                    ("build the index of products@1", () => collection.BuildIndexAsync(Token)),
            ];
            foreach ((string operation, Func<Task> write) in writes)
            {
                VectorStoreException refusal = await Assert.ThrowsAsync<VectorStoreException>(write);
                Assert.Equal(
                    $"embedded {Database}: {operation} failed: the file or its folder cannot be written, so it was opened for reading. "
                    + "Check their permissions, and whether the medium is read-only.", refusal.Message);
                Assert.False(refusal.IsTransient);
            }
            Assert.Equal(["A", "B", "C"], (await collection.SearchAsync(At(0), 10, cancellationToken: Token)).Select(n => n.Item.Value));
        }
        Assert.Equal(before, _folder.Names);
    }

    private static async Task WriteAsync(string path)
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(path);
        await FillAsync(store);
    }

    /// <summary>As a process has it that is killed before it closes.</summary>
    private async Task<EmbeddedVectorStore> WriteUnclosedAsync()
    {
        EmbeddedVectorStore store = EmbeddedVectorStore.Open(_origin.File("vectors.db"));
        await FillAsync(store);
        return store;
    }

    private static async Task FillAsync(EmbeddedVectorStore store)
    {
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch(("A", At(0)), ("B", At(10)), ("C", At(20)), ("D", At(30))), Token);
        await collection.RemoveAsync(["D"], Token);
        await store.SetAliasAsync("shop", "products@1", Token);
    }

    private void Copy(params string[] files)
    {
        foreach (string file in files)
            File.Copy(_origin.File(file), _folder.File(file));
    }
}
