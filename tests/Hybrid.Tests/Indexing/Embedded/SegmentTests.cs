using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>The files that the vectors are in: each vector once, no room for what nobody has, and words for what is missing.</summary>
public sealed class SegmentTests : IDisposable
{
    private const int Dimension = 256, VectorBytes = Dimension * sizeof(float);

    private const int HeaderBytes = 4096;

    private readonly TemporaryFolder _folder = new();
    private readonly NotedLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => _folder.File("vectors.db");

    private string First => _folder.File("vectors.db.1.vec");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_vector_is_there_once_whoever_has_it()
    {
        float[][] vectors = [.. Enumerable.Range(0, 500).Select(i => Draw(new Random(i), Dimension))];
        await using EmbeddedVectorStore store = Open();
        IVectorCollection one = await store.CreateAsync("products", Space(Dimension), Token);
        IVectorCollection two = await store.CreateAsync("products", Space(Dimension), Token);
        // In one batch, in two, in two collections, and again where only the fields have changed.
        await one.UpsertAsync(Batch([.. vectors.Select((v, i) => ($"P{i}", v)), .. vectors.Take(100).Select((v, i) => ($"twin {i}", v))]), Token);
        await one.UpsertAsync(Batch([.. vectors.Take(200).Select((v, i) => ($"P{i}", v))]), Token);
        await two.UpsertAsync(Batch([.. vectors.Reverse().Select((v, i) => ($"other {i}", v))]), Token);
        Assert.Equal(500, Vectors());

        // While anybody has it, it stays.
        await one.RemoveAsync([.. Enumerable.Range(0, 500).Select(i => new ItemId($"P{i}"))], Token);
        await store.DropAsync(one.Name, Token);
        Assert.Equal(500, Vectors());
        IReadOnlyDictionary<ItemId, StoredItem> found = await two.GetAsync(["other 0", "other 499"], cancellationToken: Token);
        Assert.Equal(vectors[499], found["other 0"].Vector.ToArray());
        Assert.Equal(vectors[0], found["other 499"].Vector.ToArray());
        await store.DropAsync(two.Name, Token);
        Assert.DoesNotContain(_folder.Names, name => name.EndsWith(".vec", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Room_that_nobody_uses_is_given_back(bool inMemory)
    {
        const int rows = 6_000;   // 6 MB: two files
        await using EmbeddedVectorStore store = inMemory ? EmbeddedVectorStore.Open(":memory:") : Open();
        IVectorCollection collection = await store.CreateAsync("products", Space(Dimension), Token);
        var random = new Random(1);
        Dictionary<ItemId, float[]> twin = [];
        for (int batch = 0; batch < 60; batch++)
        {
            IEnumerable<string> items = Enumerable.Range(0, 500).Select(i => $"P{(batch < 12 ? batch * 500 + i : random.Next(rows))}").Distinct();
            (string Item, float[] Vector)[] written = [.. items.Select(item => (item, Draw(random, Dimension)))];
            await collection.UpsertAsync(Batch(written), Token);
            foreach ((string item, float[] vector) in written)
                twin[item] = vector;
            if (!inMemory)
                Assert.InRange(Vectors(), twin.Count, twin.Count * 1.5 + (1 << 20) / VectorBytes + 500);
        }
        await ExpectAsync(collection, twin);

        ItemId[] removed = [.. Enumerable.Range(0, rows - 10).Select(i => new ItemId($"P{i}"))];
        await collection.RemoveAsync(removed, Token);
        foreach (ItemId item in removed)
            twin.Remove(item);
        if (!inMemory)
            Assert.InRange(Vectors(), 10, 10 + (1 << 20) / VectorBytes);
        await ExpectAsync(collection, twin);
        await collection.BuildIndexAsync(Token);
        await ExpectAsync(collection, twin);
    }

    [Fact]
    public async Task Another_process_reads_on_while_vectors_are_written_and_move()
    {
        const int rows = 3_000;
        await using EmbeddedVectorStore writing = Open(), reading = Open();
        IVectorCollection writer = await writing.CreateAsync("products", Space(Dimension), Token);
        IVectorCollection reader = await reading.OpenAsync("products@1", cancellationToken: Token);
        var random = new Random(2);
        await writer.UpsertAsync(Batch([.. Enumerable.Range(0, rows).Select(i => ($"P{i:D4}", Draw(random, Dimension)))]), Token);
        // Reads that began in files which are gone when they end.
        await using IAsyncEnumerator<StoredItem> slow = reader.ReadAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await slow.MoveNextAsync());
        Dictionary<ItemId, float[]> twin = [];
        for (int round = 0; round < 4; round++)
        {
            (string Item, float[] Vector)[] written = [.. Enumerable.Range(0, rows).Select(i => ($"P{i:D4}", Draw(random, Dimension)))];
            foreach ((string Item, float[] Vector)[] part in written.Chunk(1_000))
                await writer.UpsertAsync(Batch(part), Token);
            twin = written.ToDictionary(w => new ItemId(w.Item), w => w.Vector);
            // So many rows are read in the background.
            ItemId last = written[^1].Item;
            while ((await reader.GetAsync([last], cancellationToken: Token)).Values.All(row => !row.Vector.Span.SequenceEqual(twin[last])))
                await Task.Delay(10, Token);
            await ExpectAsync(reader, twin);
        }
        Assert.False(File.Exists(First));
        int read = 1;
        for (; await slow.MoveNextAsync(); read++)
        {
            // The first page is from before.
            if (read >= CollectionTable.PageRows)
                Assert.Equal(twin[slow.Current.Fields.Id], slow.Current.Vector.ToArray());
        }
        Assert.Equal(rows, read);
    }

    [Fact]
    public async Task Searches_read_the_files_themselves_and_let_go_of_those_that_are_deleted()
    {
        const int rows = 12_000;   // 12 MB: three files
        await using EmbeddedVectorStore store = Open(), other = Open();
        IVectorCollection collection = await store.CreateAsync("products", Space(Dimension), Token);
        var random = new Random(2);
        (string Item, float[] Vector)[] all = [.. Enumerable.Range(0, rows).Select(i => ($"P{i}", Draw(random, Dimension)))];
        for (int from = 0; from < rows; from += 2_000)
            await collection.UpsertAsync(Batch(all[from..(from + 2_000)]), Token);
        await collection.BuildIndexAsync(Token);
        IVectorCollection watching = await other.OpenAsync("products@1", cancellationToken: Token);
        await watching.GetAsync(["P0"], cancellationToken: Token);   // its block is compared once
        // A row that had a copy of its vector would not see what becomes of the file.
        byte[] written = MemoryMarshal.AsBytes(all[0].Vector.AsSpan()).ToArray(), changed = MemoryMarshal.AsBytes(all[1].Vector.AsSpan()).ToArray();
        await OverwriteAsync(changed);
        Assert.Equal(all[1].Vector, (await watching.GetAsync(["P0"], cancellationToken: Token))["P0"].Vector.ToArray());
        await OverwriteAsync(written);

        // Four of five go, from all of the files.
        await collection.RemoveAsync([.. all.Where((_, i) => i % 5 != 0).Select(row => new ItemId(row.Item))], Token);
        Dictionary<ItemId, float[]> left = all.Where((_, i) => i % 5 == 0).ToDictionary(row => new ItemId(row.Item), row => row.Vector);
        Assert.DoesNotContain("vectors.db.1.vec", _folder.Names);
        foreach (IVectorCollection one in new[] { collection, watching })
        {
            foreach ((ItemId item, float[] vector) in left.Take(20))
                Assert.Equal(item, (await one.SearchAsync(vector, 3, SearchOptions.Everywhere, Token))[0].Item);
            await ExpectAsync(one, left);
        }
        // Windows keeps such files until nobody has them mapped, and so do other systems, unseen.
        for (int attempt = 0; attempt < 50 && MappedAndDeleted().Count > 0; attempt++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await watching.SearchAsync(all[0].Vector, 3, cancellationToken: Token);
        }
        Assert.Empty(MappedAndDeleted());
    }

    [Fact]
    public async Task What_a_killed_writer_left_behind_what_it_committed_is_written_over()
    {
        await WriteAsync("A", "B");
        using (FileStream file = File.OpenWrite(First))
        {
            file.Position = file.Length;
            file.Write([.. Enumerable.Repeat((byte)0xEE, 3 * VectorBytes + 17)]);
        }
        await WriteAsync("C");
        Assert.Equal(3, (new FileInfo(First).Length - HeaderBytes) / VectorBytes - 2);
        await ExpectVectorsAsync("A", "B", "C");
    }

    [Fact]
    public async Task A_file_that_nobody_committed_is_not_taken_for_the_new_one()
    {
        await using (EmbeddedVectorStore store = Open())
            await store.CreateAsync("products", Space(Dimension), Token);
        await using EmbeddedVectorStore open = Open();
        File.WriteAllText(First, new string('x', 100_000));
        await (await open.OpenAsync("products@1", cancellationToken: Token)).UpsertAsync(Batch(("A", Of("A"))), Token);
        Assert.Equal(HeaderBytes + VectorBytes, new FileInfo(First).Length);
        await ExpectVectorsAsync("A");
    }

    [Fact]
    public async Task A_database_without_its_vectors_names_the_file_that_is_missing()
    {
        await WriteAsync("A");
        File.Move(First, _folder.File("elsewhere"));
        VectorStoreException refusal = Assert.Throws<VectorStoreException>(() => Open());
        Assert.Equal($"embedded {Database}: open failed: vectors.db.1.vec is missing, which has vectors of it. Put it back beside vectors.db, which needs all "
            + "its files vectors.db.*.vec of the same moment; or move it away and index the items again.", refusal.Message);
        File.Move(_folder.File("elsewhere"), First);
        await ExpectVectorsAsync("A");
    }

    [Theory]
    [InlineData("cut", "vectors.db.1.vec is cut short: it has 1 vectors, and 2 were written")]
    [InlineData("other", "vectors.db.1.vec belongs to another database, or to another state of this one")]
    [InlineData("empty", "vectors.db.1.vec does not begin as a file of vectors does")]
    [InlineData("flipped", "block 0 of vectors.db.1.vec is not what was written: its checksum is another")]
    public async Task What_is_wrong_with_a_file_of_vectors_is_said(string damage, string what)
    {
        await WriteAsync("A", "B");
        byte[] whole = await File.ReadAllBytesAsync(First, Token);
        byte[] damaged = damage switch
        {
            "cut" => whole[..^VectorBytes],
            "other" => await OtherAsync(),
            "empty" => [],
            _ => [.. whole[..^7], (byte)(whole[^7] ^ 4), .. whole[^6..]],
        };
        await File.WriteAllBytesAsync(First, damaged, Token);
        await using EmbeddedVectorStore store = Open();
        VectorStoreException refusal = await Assert.ThrowsAsync<VectorStoreException>(() => store.OpenAsync("products@1", cancellationToken: Token));
        Assert.Equal($"embedded {Database}: open products@1 failed: the file is damaged ({what}). Put a copy of it back, or move it away and import again.",
            refusal.Message);
        // Others are written and read; nothing is put behind what is damaged.
        IVectorCollection other = await store.CreateAsync("others", Space(Dimension), Token);
        await other.UpsertAsync(Batch(("C", Of("C")), ("A", Of("A"))), Token);
        Assert.Equal(Of("C"), (await other.GetAsync(["C"], cancellationToken: Token))["C"].Vector.ToArray());
        Assert.Equal(damaged, await File.ReadAllBytesAsync(First, Token));
    }

    [Fact]
    public async Task A_damaged_block_fails_whoever_looks_at_it_and_nobody_else()
    {
        const int rows = 200;   // three blocks, and a part of one
        var random = new Random(5);
        (string Item, float[] Vector)[] all = [.. Enumerable.Range(0, rows).Select(i => ($"P{i}", Draw(random, Dimension)))];
        await using (EmbeddedVectorStore writing = Open())
            await (await writing.CreateAsync("products", Space(Dimension), Token)).UpsertAsync(Batch(all), Token);
        using (FileStream file = File.Open(First, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = HeaderBytes + 100 * VectorBytes + 5;
            int there = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(there ^ 1));
        }
        await using EmbeddedVectorStore store = Open();
        IVectorCollection collection = await store.OpenAsync("products@1", cancellationToken: Token);
        foreach (int sound in new[] { 0, 63, 128, 199 })
            Assert.Equal(all[sound].Vector, (await collection.GetAsync([all[sound].Item], cancellationToken: Token)).Values.Single().Vector.ToArray());
        const string what = "the file is damaged (block 1 of vectors.db.1.vec is not what was written";
        foreach (int lost in new[] { 64, 100, 100, 127 })
        {
            Assert.Contains(what, (await Assert.ThrowsAsync<VectorStoreException>(
                () => collection.GetAsync([all[lost].Item], cancellationToken: Token))).Message, StringComparison.Ordinal);
        }
        Assert.Contains(what, (await Assert.ThrowsAsync<VectorStoreException>(
            () => collection.SearchAsync(all[64].Vector, rows, cancellationToken: Token))).Message, StringComparison.Ordinal);
        Assert.Equal(rows, (await collection.GetAsync([.. all.Select(row => new ItemId(row.Item))], withVectors: false, Token)).Count);
    }

    [Fact]
    public async Task A_file_that_cannot_be_made_keeps_nothing_of_the_write_and_says_so()
    {
        await using EmbeddedVectorStore store = Open();
        IVectorCollection collection = await store.CreateAsync("products", Space(Dimension), Token);
        Directory.CreateDirectory(First);
        VectorStoreException failure = await Assert.ThrowsAsync<VectorStoreException>(() => collection.UpsertAsync(Batch(("A", Of("A"))), Token));
        Assert.StartsWith($"embedded {Database}: upsert into products@1 failed: the vectors could not be written (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("Free some space or check the folder's permissions, and repeat: nothing of this write was kept.", failure.Message,
            StringComparison.Ordinal);
        Assert.Equal(0, await collection.CountAsync(Token));
        Directory.Delete(First);
        await collection.UpsertAsync(Batch(("A", Of("A"))), Token);
        await ExpectVectorsAsync("A");
    }

    private EmbeddedVectorStore Open() => EmbeddedVectorStore.Open(Database, logger: _log);

    private static float[] Of(string item) => Draw(new Random(item[0]), Dimension);

    /// <summary>Puts another first vector into the first file.</summary>
    private async Task OverwriteAsync(byte[] vector)
    {
        await using var file = new FileStream(First, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Position = HeaderBytes;
        await file.WriteAsync(vector, Token);
    }

    private List<string> MappedAndDeleted() => !OperatingSystem.IsLinux() ? []
        : [.. File.ReadLines("/proc/self/maps").Where(line => line.Contains(Database, StringComparison.Ordinal)
            && line.EndsWith("(deleted)", StringComparison.Ordinal))];

    /// <summary>Vectors that the files have room for.</summary>
    private long Vectors() => _folder.Names.Where(name => name.EndsWith(".vec", StringComparison.Ordinal))
        .Sum(name => (new FileInfo(_folder.File(name)).Length - HeaderBytes) / VectorBytes);

    /// <summary>The first file of another store.</summary>
    private static async Task<byte[]> OtherAsync()
    {
        using var folder = new TemporaryFolder();
        await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(folder.File("vectors.db")))
            await (await store.CreateAsync("products", Space(Dimension), Token)).UpsertAsync(Batch(("A", Of("A")), ("B", Of("B"))), Token);
        return await File.ReadAllBytesAsync(folder.File("vectors.db.1.vec"), Token);
    }

    private async Task WriteAsync(params string[] items)
    {
        await using EmbeddedVectorStore store = Open();
        IVectorCollection collection = (await store.ListAsync(Token)).Count == 0
            ? await store.CreateAsync("products", Space(Dimension), Token)
            : await store.OpenAsync("products@1", cancellationToken: Token);
        await collection.UpsertAsync(Batch([.. items.Select(item => (item, Of(item)))]), Token);
    }

    private async Task ExpectVectorsAsync(params string[] items)
    {
        await using EmbeddedVectorStore store = Open();
        await ExpectAsync(await store.OpenAsync("products@1", cancellationToken: Token), items.ToDictionary(item => new ItemId(item), Of));
    }

    private static async Task ExpectAsync(IVectorCollection collection, Dictionary<ItemId, float[]> twin)
    {
        IReadOnlyDictionary<ItemId, StoredItem> found = await collection.GetAsync(twin.Keys, cancellationToken: Token);
        Assert.All(twin, t => Assert.True(t.Value.AsSpan().SequenceEqual(found[t.Key].Vector.Span)));
        List<StoredItem> rows = await collection.ReadAllAsync(cancellationToken: Token);
        Assert.Equal(twin.Count, rows.Count);
        Assert.All(rows, row => Assert.True(twin[row.Fields.Id].AsSpan().SequenceEqual(row.Vector.Span)));
    }
}
