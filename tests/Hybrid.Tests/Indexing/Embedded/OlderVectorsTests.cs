using System.Diagnostics;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Microsoft.Data.Sqlite;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>A file of an earlier Hybrid, which has its vectors in a table, is moved over when it is opened: whatever cuts that short, nothing is
/// lost.</summary>
public sealed class OlderVectorsTests(ITestOutputHelper output) : IDisposable
{
    private const int Dimension = 24;

    private readonly TemporaryFolder _folder = new();
    private readonly NotedLog _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => _folder.File("vectors.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_older_file_opens_with_all_that_it_has_and_gives_the_room_of_its_table_back()
    {
        List<StoredItem> rows = Rows(3_000, seed: 1), others = Rows(50, seed: 2, dimension: 7);
        OlderStore.Make(Database, ("products", Space(Dimension), rows), ("others", Space(7), others), ("products", Space(Dimension), rows));
        LeftOvers.MarkDropped(Database, "others@1");
        long before = new FileInfo(Database).Length;
        File.WriteAllText(_folder.File("vectors.db.products@1.ivf"), "an index of then");
        await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database, logger: _log))
        {
            Assert.Equal(["products@1", "products@2"], (await store.ListAsync(Token)).Select(c => c.Name));
            await ExpectAsync(store, "products@1", rows);
            await ExpectAsync(store, "products@2", rows);
            Assert.Contains($"Information: {Database} is of an older Hybrid: its vectors are moved into files beside it.", _log.Notes);
            Assert.Contains($"Information: 6050 vectors of {Database} were moved.", _log.Notes);
            Assert.Contains(_log.Notes, note => note.StartsWith("Warning: The saved index ", StringComparison.Ordinal)
                && note.Contains("products@1.ivf cannot be used", StringComparison.Ordinal));
        }
        // Both versions have the same vectors: they are there once.
        long vectors = new FileInfo(_folder.File("vectors.db.1.vec")).Length;
        Assert.InRange(vectors, 3_000 * Dimension * sizeof(float), 3_000 * Dimension * sizeof(float) + 8192);
        Assert.InRange(new FileInfo(Database).Length, 1, before - 3_000 * Dimension * sizeof(float));

        _log.Notes.Clear();
        await using EmbeddedVectorStore again = EmbeddedVectorStore.Open(Database, logger: _log);
        await ExpectAsync(again, "products@1", rows);
        Assert.Empty(_log.Notes);
    }

    [Fact]
    public async Task A_move_that_is_killed_again_and_again_loses_nothing()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        List<StoredItem> rows = Rows(20_000, seed: 3);
        OlderStore.Make(Database, ("products", Space(Dimension), rows));
        int kills = 0, half = 0;
        using (var watch = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            watch.Open();
            for (long? left = rows.Count; left > 0; kills++)
            {
                long target = Math.Max(0, left.Value - random.Next(1, 4) * CollectionTable.PageRows);
                using Process process = WriterProcess.Start("open", Database);
                // Once so much is moved, at whatever point it then is.
                while ((left = OlderStore.Left(watch)) > target && !process.HasExited)
                    await Task.Yield();
                Assert.True(!process.HasExited || process.ExitCode == 0, "The move failed.");
                Thread.SpinWait(random.Next(100_000));
                process.Kill();
                await process.WaitForExitAsync(Token);
                left = OlderStore.Left(watch);
                half += left > 0 ? 1 : 0;
                using SqliteCommand count = watch.CreateCommand();
                count.CommandText = "SELECT count(*) FROM rows WHERE vector IS NOT NULL";
                Assert.Equal(rows.Count - (left ?? 0), (long)(await count.ExecuteScalarAsync(Token))!);   // ! : a count always has a value
            }
        }
        output.WriteLine($"{kills} kills, {half} of them in the middle.");
        Assert.True(half > 0, "No kill came in the middle: the test shows nothing.");
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database, logger: _log);
        await ExpectAsync(store, "products@1", rows);
        using var after = new SqliteConnection($"Data Source={Database};Pooling=False");
        after.Open();
        Assert.Null(OlderStore.Left(after));
    }

    [Fact]
    public async Task An_older_file_that_can_only_be_read_is_refused_with_what_to_do_also_when_it_is_moved_in_part()
    {
        OlderStore.Make(Database, ("products", Space(Dimension), Rows(3_000, seed: 4)));
        using (new ReadOnlyMedium(_folder.Path))
        {
            VectorStoreException refusal = Assert.Throws<VectorStoreException>(() => EmbeddedVectorStore.Open(Database));
            Assert.Equal($"embedded {Database}: open failed: an older Hybrid wrote the file, and it can only be read here, not brought up to date. "
                + "Open it once where it can be written.", refusal.Message);
        }
        // The new tables are there, and the vectors are where they were.
        LeftOvers.Open(Database).Dispose();
        using (new ReadOnlyMedium(_folder.Path))
        {
            VectorStoreException refusal = Assert.Throws<VectorStoreException>(() => EmbeddedVectorStore.Open(Database));
            Assert.Equal($"embedded {Database}: open failed: an older Hybrid wrote the file, and a newer one has not brought all of it up to date: "
                + "it can only be read here. Open it once where it can be written.", refusal.Message);
        }
        await EmbeddedVectorStore.Open(Database).DisposeAsync();
        using (new ReadOnlyMedium(_folder.Path))
            await EmbeddedVectorStore.Open(Database).DisposeAsync();
    }

    [Fact]
    public void A_damaged_vector_of_an_older_file_is_named_and_stays_where_it_was()
    {
        OlderStore.Make(Database, ("products", Space(Dimension), Rows(10, seed: 5)));
        using (var damaging = new SqliteConnection($"Data Source={Database};Pooling=False"))
        {
            damaging.Open();
            using SqliteCommand damage = damaging.CreateCommand();
            damage.CommandText = "UPDATE vectors SET vector = zeroblob(96) WHERE row = 3";
            damage.ExecuteNonQuery();
        }
        for (int start = 0; start < 2; start++)
        {
            VectorStoreException refusal = Assert.Throws<VectorStoreException>(() => EmbeddedVectorStore.Open(Database));
            Assert.Equal($"embedded {Database}: move the vectors into files of their own failed: the file is damaged (the vector of item 'P2' is not what was "
                + "written: its checksum is another). Put a copy of it back, or move it away and import again.", refusal.Message);
        }
    }

    private static List<StoredItem> Rows(int count, int seed, int dimension = Dimension)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new StoredItem(
            new Item($"P{i}")
            {
                Category = i % 3 == 0 ? null : "audio",
                Price = i * 0.25,
                Attributes = new Dictionary<string, AttributeValue> { ["watt"] = i, ["color"] = "red" },
            },
            Draw(random, dimension), i, $"made from {i}"))];
    }

    private static async Task ExpectAsync(EmbeddedVectorStore store, string collection, List<StoredItem> rows)
    {
        IVectorCollection there = await store.OpenAsync(collection, Space(Dimension), Token);
        Assert.Equal(rows.Count, await there.CountAsync(Token));
        List<StoredItem> read = await there.ReadAllAsync(cancellationToken: Token);
        Assert.Equal(rows.OrderBy(row => row.Fields.Id).Select(Describe), read.Select(Describe));
        float[] query = Draw(new Random(6), Dimension);
        IReadOnlyList<Neighbor> found = await there.SearchAsync(query, 10, new SearchOptions { Probes = int.MaxValue }, Token);
        ExpectNearest(rows.Select(row => KeyValuePair.Create(row.Fields.Id, row.Vector.ToArray())), query, 10, found);
    }

    private static string Describe(StoredItem row) =>
        $"{row.Fields.Id} {row.Fields.Category} {row.Fields.Price} {row.Fields.Attributes["watt"]} {row.Fields.Attributes["color"]} {row.Fingerprint} "
        + $"{row.Sequence} {string.Join(' ', row.Vector.ToArray())}";
}
