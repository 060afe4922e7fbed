using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Microsoft.Data.Sqlite;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>What users read when the world fails, word for word, and that nothing is lost by it.</summary>
public sealed class EmbeddedFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => _folder.File("vectors.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_full_disk_keeps_nothing_of_the_write_and_says_so()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database, new() { MaxPages = 30 });
        IVectorCollection collection = await store.CreateAsync("products", Space(64), Token);
        var random = new Random(1);
        await collection.UpsertAsync(Batch(("kept", Draw(random, 64))), Token);
        ItemBatch tooMuch = Batch([("kept", Draw(random, 64)), .. Enumerable.Range(0, 3000).Select(i => ($"P{i}", Draw(random, 64)))]);
        float[] kept = (await collection.GetAsync(["kept"], cancellationToken: Token))["kept"].Vector.ToArray();

        VectorStoreException failure = await Assert.ThrowsAsync<VectorStoreException>(() => collection.UpsertAsync(tooMuch, Token));
        Assert.Equal($"embedded {Database}: upsert into products@1 failed: the disk is full. Free some space and repeat: nothing of this write was kept.",
            failure.Message);
        Assert.False(failure.IsTransient);
        Assert.Equal(1, await collection.CountAsync(Token));
        Assert.Equal(kept, (await collection.GetAsync(["kept"], cancellationToken: Token))["kept"].Vector.ToArray());

        await collection.UpsertAsync(Batch(("after", Draw(random, 64))), Token);
        Assert.Equal(2, await collection.CountAsync(Token));
    }

    [Fact]
    public async Task A_file_that_somebody_else_writes_is_a_transient_failure_and_reading_goes_on()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database, new() { BusyTimeout = TimeSpan.FromMilliseconds(1) });
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch(("A", At(0))), Token);
        using (SqliteConnection other = Raw())
        {
            Execute(other, "BEGIN IMMEDIATE");
            VectorStoreException failure = await Assert.ThrowsAsync<VectorStoreException>(() => collection.UpsertAsync(Batch(("B", At(0))), Token));
            Assert.Equal(
                $"embedded {Database}: upsert into products@1 failed: another process or task is writing to it. Wait until that has finished, or stop it, "
                + "and repeat.", failure.Message);
            Assert.True(failure.IsTransient);
            Assert.Single(await collection.SearchAsync(At(0), 10, cancellationToken: Token));
            await using EmbeddedVectorStore reader = EmbeddedVectorStore.Open(Database, new() { BusyTimeout = TimeSpan.FromMilliseconds(1) });
            Assert.Equal(1, await (await reader.OpenAsync("products@1", cancellationToken: Token)).CountAsync(Token));
        }
        await collection.UpsertAsync(Batch(("B", At(0))), Token);
        Assert.Equal(2, await collection.CountAsync(Token));
    }

    [Fact]
    public void A_file_held_alone_by_another_program_cannot_be_opened_yet()
    {
        using (SqliteConnection other = Raw())
        {
            Execute(other, "PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE t (x); BEGIN EXCLUSIVE;");
            VectorStoreException failure = Assert.Throws<VectorStoreException>(() =>
                EmbeddedVectorStore.Open(Database, new() { BusyTimeout = TimeSpan.FromMilliseconds(1) }));
            Assert.Equal($"embedded {Database}: open failed: another process or task is writing to it. Wait until that has finished, or stop it, and repeat.",
                failure.Message);
            Assert.True(failure.IsTransient);
        }
    }

    [Fact]
    public async Task A_file_of_a_newer_Hybrid_is_refused_with_both_versions_and_left_alone()
    {
        await using (EmbeddedVectorStore made = EmbeddedVectorStore.Open(Database))
            await made.CreateAsync("products", Space(2), Token);
        using (SqliteConnection newer = Raw())
            Execute(newer, "PRAGMA user_version = 7; PRAGMA journal_mode = DELETE;");
        byte[] before = await File.ReadAllBytesAsync(Database, Token);
        VectorStoreException refusal = Assert.Throws<VectorStoreException>(() => EmbeddedVectorStore.Open(Database));
        Assert.Equal(
            $"embedded {Database}: open failed: the file was written by a newer Hybrid: it has schema version 7, and this Hybrid knows versions up to 2. "
            + "Upgrade Hybrid, or name another file.", refusal.Message);
        Assert.Equal(before, await File.ReadAllBytesAsync(Database, Token));
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_alone()
    {
        using (SqliteConnection other = Raw())
            Execute(other, "CREATE TABLE customers (name TEXT)");
        byte[] before = await File.ReadAllBytesAsync(Database, Token);
        VectorStoreException refusal = Assert.Throws<VectorStoreException>(() => EmbeddedVectorStore.Open(Database));
        Assert.Equal($"embedded {Database}: open failed: the file is a database of another program. Name another file.", refusal.Message);
        Assert.Equal(before, await File.ReadAllBytesAsync(Database, Token));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        string text = string.Concat(Enumerable.Repeat("id,title\n1,Lamp\n", 100));
        File.WriteAllText(Database, text);
        VectorStoreException refusal = Assert.Throws<VectorStoreException>(() => EmbeddedVectorStore.Open(Database));
        Assert.Equal($"embedded {Database}: open failed: the file is not a database. Name another file, or move this one away.", refusal.Message);
        Assert.Equal(text, File.ReadAllText(Database));
    }

    [Fact]
    public async Task A_damaged_file_is_reported_as_one()
    {
        await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database))
        {
            IVectorCollection collection = await store.CreateAsync("products", Space(64), Token);
            await collection.UpsertAsync(Batch([.. Enumerable.Range(0, 500).Select(i => ($"P{i}", Draw(new Random(i), 64)))]), Token);
        }
        File.Delete(_folder.File("vectors.db.products@1.ivf"));
        using (FileStream file = File.OpenWrite(Database))
        {
            file.Position = 8192 * 14;   // behind the first page of every table
            file.Write(Enumerable.Repeat((byte)0xEE, (int)(file.Length - file.Position)).ToArray());
        }
        await using EmbeddedVectorStore damaged = EmbeddedVectorStore.Open(Database);
        VectorStoreException failure = await Assert.ThrowsAsync<VectorStoreException>(() => damaged.OpenAsync("products@1", cancellationToken: Token));
        Assert.StartsWith($"embedded {Database}: open products@1 failed: the file is damaged (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("). Put a copy of it back, or move it away and import again.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_made()
    {
        string path = _folder.File(Path.Combine("data", "deeper", "vectors.db"));
        await using (EmbeddedVectorStore made = EmbeddedVectorStore.Open(path))
            await made.CreateAsync("products", Space(2), Token);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_and_a_path_that_is_a_folder_are_refused()
    {
        File.WriteAllText(Database, "a file");
        string below = Path.Combine(Database, "vectors.db");
        VectorStoreException refusal = Assert.Throws<VectorStoreException>(() => EmbeddedVectorStore.Open(below));
        Assert.StartsWith($"embedded {below}: open failed: its folder {Database} cannot be made (", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("Make it, or name another file.", refusal.Message, StringComparison.Ordinal);

        string folder = Directory.CreateDirectory(_folder.File("folder")).FullName;
        refusal = Assert.Throws<VectorStoreException>(() => EmbeddedVectorStore.Open(folder));
        Assert.Equal($"embedded {folder}: open failed: it is a folder. Name a file in it.", refusal.Message);
    }

    [Fact]
    public async Task A_closed_store_says_that_it_is_closed_and_closes_twice_in_peace()
    {
        EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database);
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => collection.SearchAsync(At(0), 1, cancellationToken: Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => collection.UpsertAsync(Batch(("A", At(0))), Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ListAsync(Token));
    }

    [Fact]
    public async Task A_cancelled_write_keeps_nothing()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database);
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        using var cancellation = new CancellationTokenSource();
        // The batch cancels itself while its rows are being written.
        var items = new CancellingItems([.. Enumerable.Range(0, 5000).Select(i => new Item($"P{i}"))], at: 4000, cancellation);
        var batch = new ItemBatch(Space(2), items, Enumerable.Repeat(At(0), 5000).SelectMany(v => v).ToArray());
        items.IsArmed = true;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collection.UpsertAsync(batch, cancellation.Token));
        Assert.Equal(0, await collection.CountAsync(Token));
        Assert.Empty(await collection.ReadAllAsync(cancellationToken: Token));
    }

    private SqliteConnection Raw()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100   // the tests' own literals
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed class CancellingItems(Item[] items, int at, CancellationTokenSource cancellation) : IReadOnlyList<Item>
    {
        public bool IsArmed { get; set; }

        public int Count => items.Length;

        public Item this[int index]
        {
            get
            {
                if (IsArmed && index == at)
                    cancellation.Cancel();
                return items[index];
            }
        }

        public IEnumerator<Item> GetEnumerator() => ((IEnumerable<Item>)items).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
