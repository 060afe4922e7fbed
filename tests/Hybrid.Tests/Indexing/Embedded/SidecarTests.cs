using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>The index file beside the database is a shortcut: whatever happens to it, a search finds what the database has.</summary>
public sealed class SidecarTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NotedLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => _folder.File("vectors.db");

    private string OtherEpoch =>
        $"Warning: The saved index {Saved} cannot be used: it was saved by another database, or by another state of this one. It is rebuilt from the database.";

    private string Saved => _folder.File("vectors.db.products@1.ivf");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_closed_store_leaves_its_file_and_the_saved_index_and_opens_again_with_both()
    {
        await WriteAsync("A", "B");
        Assert.Equal(["vectors.db", "vectors.db.1.vec", "vectors.db.products@1.ivf"], _folder.Names);
        Assert.Equal(["A", "B"], await ReadAsync());
        Assert.Empty(_log.Notes);
    }

    [Fact]
    public async Task A_missing_index_is_made_again_and_saved()
    {
        await WriteAsync("A", "B");
        File.Delete(Saved);
        Assert.Equal(["A", "B"], await ReadAsync());
        Assert.Contains("Information: products@1 has no saved index yet; it is made from the database.", _log.Notes);
        Assert.True(File.Exists(Saved));
    }

    [Fact]
    public async Task A_damaged_index_is_made_again_with_a_note_wherever_the_damage_is()
    {
        await WriteAsync("A", "B", "C");
        byte[] whole = await File.ReadAllBytesAsync(Saved, Token);
        for (int at = 0; at < whole.Length; at += 5)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x40;
            await File.WriteAllBytesAsync(Saved, damaged, Token);
            _log.Notes.Clear();
            Assert.Equal(["A", "B", "C"], await ReadAsync());
            Assert.Contains(_log.Notes, note => note.StartsWith($"Warning: The saved index {Saved} cannot be used: ", StringComparison.Ordinal));
        }
        for (int length = 0; length < whole.Length; length += 7)
        {
            await File.WriteAllBytesAsync(Saved, whole[..length], Token);
            Assert.Equal(["A", "B", "C"], await ReadAsync());
        }
    }

    [Fact]
    public async Task An_older_index_is_brought_up_to_date_with_later_writes_and_removals()
    {
        await WriteAsync("A", "B", "C");
        byte[] older = await File.ReadAllBytesAsync(Saved, Token);
        await using (EmbeddedVectorStore killed = Open())   // never closed before the file is put back
        {
            IVectorCollection collection = await killed.OpenAsync("products@1", cancellationToken: Token);
            await collection.RemoveAsync(["B"], Token);
            await collection.UpsertAsync(Batch(("D", At(50)), ("A", At(60))), Token);
            Assert.Equal(older, await File.ReadAllBytesAsync(Saved, Token));
            Assert.Equal(["C", "D", "A"], await ReadAsync());
            Assert.Empty(_log.Notes);
        }
    }

    [Fact]
    public async Task An_index_from_before_a_forgotten_removal_is_not_used()
    {
        await WriteAsync("A", "B", "C");
        byte[] older = await File.ReadAllBytesAsync(Saved, Token);
        await using (EmbeddedVectorStore store = Open())
            await (await store.OpenAsync("products@1", cancellationToken: Token)).RemoveAsync(["B"], Token);
        await File.WriteAllBytesAsync(Saved, older, Token);
        Assert.Equal(["A", "C"], await ReadAsync());
        Assert.Contains(OtherEpoch, _log.Notes);
    }

    [Fact]
    public async Task An_index_newer_than_a_database_that_was_put_back_is_not_used_and_deleted()
    {
        await WriteAsync("A");
        File.Copy(Database, _folder.File("copy"));
        await WriteAsync("B");
        File.Move(_folder.File("copy"), Database, overwrite: true);
        await using (EmbeddedVectorStore killed = Open())
        {
            IVectorCollection collection = await killed.OpenAsync("products@1", cancellationToken: Token);
            Assert.Equal(["A"], (await collection.SearchAsync(At(0), 100, cancellationToken: Token)).Select(n => n.Item.Value));
            Assert.Contains(OtherEpoch, _log.Notes);
            Assert.False(File.Exists(Saved));
        }
        Assert.Equal(["A"], await ReadAsync());
    }

    [Fact]
    public async Task An_index_newer_than_a_database_that_was_put_back_is_not_used_when_the_database_has_come_as_far()
    {
        await WriteAsync("A");
        File.Copy(Database, _folder.File("copy"));
        await WriteAsync("B", "A");   // A is now at 10°
        byte[] newer = await File.ReadAllBytesAsync(Saved, Token);
        File.Move(_folder.File("copy"), Database, overwrite: true);
        File.Delete(Saved);
        await using EmbeddedVectorStore killed = Open();   // stays open, so that nothing is saved
        IVectorCollection collection = await killed.OpenAsync("products@1", cancellationToken: Token);
        for (int revision = 2; revision < 6; revision++)
        {
            await collection.UpsertAsync(Batch(("B", At(60 + revision))), Token);
            await File.WriteAllBytesAsync(Saved, newer, Token);   // as if it could not have been deleted
            await using EmbeddedVectorStore next = Open();
            IVectorCollection there = await next.OpenAsync("products@1", cancellationToken: Token);
            IReadOnlyDictionary<ItemId, StoredItem> found = await there.GetAsync(["A", "B"], cancellationToken: Token);
            Assert.Equal(At(0), found["A"].Vector.ToArray());
            Assert.Equal(At(60 + revision), found["B"].Vector.ToArray());
            Assert.Equal(["A", "B"], (await there.SearchAsync(At(0), 100, cancellationToken: Token)).Select(n => n.Item.Value));
        }
    }

    [Fact]
    public async Task A_kill_between_the_file_and_its_transaction_costs_the_file_and_no_row()
    {
        await WriteAsync("A", "B");
        File.Copy(Database, _folder.File("copy"));
        await using (EmbeddedVectorStore store = Open())
            await (await store.OpenAsync("products@1", cancellationToken: Token)).BuildIndexAsync(Token);
        File.Move(_folder.File("copy"), Database, overwrite: true);   // the new file is in place, and its epoch is not in the database
        Assert.Equal(["A", "B"], await ReadAsync());
        Assert.Contains(OtherEpoch, _log.Notes);
        _log.Notes.Clear();
        Assert.Equal(["A", "B"], await ReadAsync());
        Assert.Empty(_log.Notes);
    }

    [Fact]
    public async Task An_index_of_another_database_is_not_used()
    {
        await WriteAsync("A", "B");
        byte[] others = await File.ReadAllBytesAsync(Saved, Token);
        File.Delete(Database);
        await WriteAsync("X");
        await File.WriteAllBytesAsync(Saved, others, Token);
        Assert.Equal(["X"], await ReadAsync());
        Assert.Contains(OtherEpoch, _log.Notes);
    }

    [Fact]
    public async Task Two_stores_in_one_folder_do_not_touch_each_others_indexes()
    {
        await WriteAsync("A");
        string other = _folder.File("vectors.db.other");
        await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(other, logger: _log))
            await (await store.CreateAsync("products", Space(2), Token)).UpsertAsync(Batch(("X", At(0))), Token);
        await EmbeddedVectorStore.Open(_folder.File("vectors"), logger: _log).DisposeAsync();
        Assert.Equal(["A"], await ReadAsync());
        string[] expected =
        [
            "vectors.db", "vectors.db.1.vec", "vectors.db.other", "vectors.db.other.1.vec", "vectors.db.other.products@1.ivf", "vectors.db.products@1.ivf",
        ];
        Assert.Equal(expected, _folder.Names);
        Assert.Empty(_log.Notes);
    }

    [Fact]
    public async Task Files_of_collections_that_are_no_longer_there_are_cleared_away_and_nothing_else()
    {
        await WriteAsync("A");
        string[] left = ["vectors.db.products@2.ivf", "vectors.db.gone@1.ivf", "vectors.db.gone@1.ivf.0123.part", "vectors.db.products@1.ivf.0123.part",
            "vectors.db.7.vec"];
        string[] others = ["gone@1.ivf", "notes.txt", "vectors.db.gone.ivf", "vectors.db.gone@1.ivf.bak", "vectors.dbgone@1.ivf",
            "7.vec", "vectors.db.07.vec", "vectors.db.seven.vec", "vectors.db.7.vec.bak"];
        foreach (string name in left.Concat(others))
            File.WriteAllText(_folder.File(name), "left");
        using (new FileStream(_folder.File("vectors.db.gone@1.ivf.busy.part"), FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            await Open().DisposeAsync();
            string[] stay = [.. others, "vectors.db", "vectors.db.1.vec", "vectors.db.gone@1.ivf.busy.part", "vectors.db.products@1.ivf"];
            Assert.Equal(stay.Order(StringComparer.Ordinal), _folder.Names);
        }
    }

    [Fact]
    public async Task An_index_that_cannot_be_saved_fails_the_build_loudly_and_the_closing_softly()
    {
        Directory.CreateDirectory(Saved);   // in the file's place
        File.WriteAllText(Path.Combine(Saved, "in the way"), "");
        await using EmbeddedVectorStore store = Open();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch(("A", At(0))), Token);
        VectorStoreException failure = await Assert.ThrowsAsync<VectorStoreException>(() => collection.BuildIndexAsync(Token));
        Assert.Contains($"embedded {Database}: build the index of products@1 failed: the index is in use but could not be saved as {Saved} (",
            failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("Free some space or check the folder's permissions, and repeat.", failure.Message, StringComparison.Ordinal);
        Assert.Single(await collection.SearchAsync(At(0), 1, cancellationToken: Token));
        await store.DisposeAsync();
        Assert.Contains("Warning: The index of products@1 could not be saved. The next start makes it again.", _log.Notes);
        Assert.DoesNotContain(_folder.Names, name => name.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_killed_process_left_of_an_unfinished_save_is_cleared_away_and_what_is_being_saved_is_not()
    {
        await WriteAsync("A");
        File.WriteAllText(Saved + ".left.part", "torn");
        using (new FileStream(Saved + ".busy.part", FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            Assert.Equal(["A"], await ReadAsync());
            Assert.Equal(["vectors.db", "vectors.db.1.vec", "vectors.db.products@1.ivf", "vectors.db.products@1.ivf.busy.part"], _folder.Names);
        }
    }

    [Fact]
    public async Task A_start_never_takes_a_file_that_is_being_written_for_abandoned()
    {
        await WriteAsync("A");
        using Hybrid.Records.Sqlite.Database database = LeftOvers.Open(Database);
        using var done = new CancellationTokenSource();
        Task tidying = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
                StoreFolder.Tidy(database, _log);
        }, Token);
        var index = new IvfIndex(2, new());
        var sidecar = new Sidecar(Saved);
        for (int save = 0; save < 3000; save++)
        {
            using Sidecar.Part part = sidecar.Write(index, Sidecar.NewEpoch(), revision: 0);
            part.PutInPlace();
        }
        await done.CancelAsync();
        await tidying;
        Assert.Empty(_log.Notes);
    }

    [Fact]
    public async Task A_build_saves_the_index_at_once_and_a_drop_deletes_it()
    {
        await using EmbeddedVectorStore store = Open();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch(("A", At(0))), Token);
        IndexDescription before = await collection.DescribeIndexAsync(Token);
        var expected = new IndexDescription
        {
            Type = "IVF_FLAT",
            Cells = 1,
            Probes = 1,
            TargetRecall = 1,
            IsStale = before.IsStale,
            IsSaved = false,
            File = Saved,
        };
        Assert.Equal(expected, before);
        await collection.BuildIndexAsync(Token);
        IndexDescription after = await collection.DescribeIndexAsync(Token);
        Assert.Equal(expected with { Cells = after.Cells, Probes = after.Cells, IsStale = false, IsSaved = true, FileBytes = new FileInfo(Saved).Length },
            after);
        await store.DropAsync("products@1", Token);
        Assert.False(File.Exists(Saved));
    }

    [Fact]
    public async Task An_index_that_is_worth_a_build_gets_it_in_the_background_and_only_then()
    {
        const string Building = "Information: The index of products@1 is out of date; it is built again.";
        var random = new Random(2);
        await using (EmbeddedVectorStore store = Open())
        {
            IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
            await collection.UpsertAsync(Batch([.. Enumerable.Range(0, 4_095).Select(i => ($"P{i}", At(random.NextDouble() * 360)))]), Token);
            Assert.DoesNotContain(Building, _log.Notes);
            await collection.UpsertAsync(Batch(("Q", At(1))), Token);
            IndexDescription built = await BuiltAsync(collection, rows: 4_096);
            Assert.Equal((128, true), (built.Cells, built.IsSaved));
            // Another half, and not before.
            _log.Notes.Clear();
            await collection.UpsertAsync(Batch([.. Enumerable.Range(0, 2_048).Select(i => ($"R{i}", At(random.NextDouble() * 360)))]), Token);
            Assert.False((await collection.DescribeIndexAsync(Token)).IsStale);
            Assert.Empty(_log.Notes);
            await collection.UpsertAsync(Batch(("S", At(2))), Token);
            await BuiltAsync(collection, rows: 6_145);
            Assert.Contains(Building, _log.Notes);
        }
        _log.Notes.Clear();
        await using EmbeddedVectorStore again = Open();
        Assert.False((await (await again.OpenAsync("products@1", cancellationToken: Token)).DescribeIndexAsync(Token)).IsStale);
        Assert.Empty(_log.Notes);
    }

    [Fact]
    public async Task What_another_process_has_built_is_taken_over()
    {
        await using EmbeddedVectorStore writer = Open();
        IVectorCollection written = await writer.CreateAsync("products", Space(2), Token);
        var random = new Random(3);
        await using EmbeddedVectorStore reader = EmbeddedVectorStore.Open(Database);
        IVectorCollection read = await reader.OpenAsync("products@1", cancellationToken: Token);
        await written.UpsertAsync(Batch([.. Enumerable.Range(0, 5_000).Select(i => ($"P{i}", At(random.NextDouble() * 360)))]), Token);
        await BuiltAsync(written, rows: 5_000);
        Assert.Equal(128, (await BuiltAsync(read, rows: 5_000)).Cells);
        Assert.Equal(await written.SearchAsync(At(77), 20, cancellationToken: Token), await read.SearchAsync(At(77), 20, cancellationToken: Token));
    }

    [Fact]
    public async Task A_recall_that_was_asked_for_holds_in_every_process_and_after_a_build()
    {
        await using EmbeddedVectorStore tuned = Open(), open = EmbeddedVectorStore.Open(Database);
        IVectorCollection collection = await tuned.CreateAsync("products", Space(8), Token);
        IVectorCollection followed = await open.OpenAsync("products@1", cancellationToken: Token);
        var random = new Random(4);
        await collection.UpsertAsync(Batch([.. Enumerable.Range(0, 5_000).Select(i => ($"P{i}", Draw(random, 8)))]), Token);
        await BuiltAsync(collection, rows: 5_000);
        Assert.Equal(1, (await collection.DescribeIndexAsync(Token)).TargetRecall);

        await collection.TuneIndexAsync(0.9, Token);

        IndexDescription index = await collection.DescribeIndexAsync(Token);
        Assert.Equal((0.9, true), (index.TargetRecall, index.IsSaved));
        Assert.InRange(index.Probes, 2, 100);
        Assert.InRange(await RecallAsync(), 0.9, 0.9999);
        while ((await followed.DescribeIndexAsync(Token)).TargetRecall != 0.9)
            await Task.Delay(10, Token);
        await collection.BuildIndexAsync(Token);
        Assert.Equal(0.9, (await collection.DescribeIndexAsync(Token)).TargetRecall);
        await using (EmbeddedVectorStore later = EmbeddedVectorStore.Open(Database))
            Assert.Equal(0.9, (await (await later.OpenAsync("products@1", cancellationToken: Token)).DescribeIndexAsync(Token)).TargetRecall);
        await collection.TuneIndexAsync(null, Token);
        Assert.Equal(1, (await collection.DescribeIndexAsync(Token)).TargetRecall);
        Assert.Equal(1, await RecallAsync());
        foreach (double wrong in (double[])[0, 1, -0.5, double.NaN])
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => collection.TuneIndexAsync(wrong, Token));

        async Task<double> RecallAsync()
        {
            int found = 0;
            for (int q = 0; q < 200; q++)
            {
                float[] query = Draw(new Random(q), 8);
                IReadOnlyList<Neighbor> all = await collection.SearchAsync(query, 10, SearchOptions.Everywhere, Token);
                found += all.Select(n => n.Item).Intersect((await collection.SearchAsync(query, 10, cancellationToken: Token)).Select(n => n.Item)).Count();
            }
            return found / 2000.0;
        }
    }

    /// <summary>Waits until the collection has so many rows in an index that was made of them and saved.</summary>
    private static async Task<IndexDescription> BuiltAsync(IVectorCollection collection, int rows)
    {
        while (true)
        {
            long count = await collection.CountAsync(Token);
            IndexDescription index = await collection.DescribeIndexAsync(Token);
            if (count == rows && index is { IsStale: false, IsSaved: true })
                return index;
            await Task.Delay(10, Token);
        }
    }

    [Fact]
    public async Task A_store_that_only_read_does_not_write_the_index_again()
    {
        await WriteAsync("A");
        DateTime written = File.GetLastWriteTimeUtc(Saved);
        File.SetLastWriteTimeUtc(Saved, written - TimeSpan.FromDays(1));
        await ReadAsync();
        Assert.Equal(written - TimeSpan.FromDays(1), File.GetLastWriteTimeUtc(Saved));
    }

    private EmbeddedVectorStore Open() => EmbeddedVectorStore.Open(Database, logger: _log);

    /// <summary>Opens, writes the items at 0°, 10°, 20° …, and closes.</summary>
    private async Task WriteAsync(params string[] items)
    {
        await using EmbeddedVectorStore store = Open();
        IVectorCollection collection = (await store.ListAsync(Token)).Count == 0
            ? await store.CreateAsync("products", Space(2), Token)
            : await store.OpenAsync("products@1", cancellationToken: Token);
        await collection.UpsertAsync(Batch([.. items.Select((item, i) => (item, At(i * 10)))]), Token);
    }

    private async Task<IEnumerable<string>> ReadAsync()
    {
        await using EmbeddedVectorStore store = Open();
        IVectorCollection collection = await store.OpenAsync("products@1", cancellationToken: Token);
        return (await collection.SearchAsync(At(0), 100, cancellationToken: Token)).Select(n => n.Item.Value);
    }
}
