using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Single bits of the files turn over, as disks and memory do it: every answer is right, or the damage is named.</summary>
public sealed class DamageTests(ITestOutputHelper output) : IDisposable
{
    private const int Rows = 300, Dimension = 24;

    // The database's own header. What is wrong there may make it a file of another program or of another version.
    private const int HeaderBytes = 100;

    private static readonly string[] Names = ["audio", "video", "home & garden", "书"];

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => _folder.File("vectors.db");

    private string Saved => _folder.File("vectors.db.products@1.ivf");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flipped_bit_in_the_database_is_harmless_or_named_as_damage(bool withSavedIndex)
    {
        const int flips = 300;
        int seed = 20 + (withSavedIndex ? 1 : 0);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Dictionary<ItemId, StoredItem> written = await WriteAsync();
        Dictionary<string, byte[]> files = _folder.Names.ToDictionary(name => name, name => File.ReadAllBytes(_folder.File(name)));
        byte[] whole = files["vectors.db"];
        float[] query = Draw(random, Dimension);
        int named = 0, harmless = 0;
        for (int flip = 0; flip < flips; flip++)
        {
            foreach (string left in _folder.Names)
                File.Delete(_folder.File(left));
            int at = flip < HeaderBytes ? flip : random.Next(whole.Length), bit = random.Next(8);
            byte[] damaged = [.. whole];
            damaged[at] ^= (byte)(1 << bit);
            foreach ((string name, byte[] content) in files.Where(file => withSavedIndex || _folder.File(file.Key) != Saved))
                await File.WriteAllBytesAsync(_folder.File(name), name == "vectors.db" ? damaged : content, Token);
            try
            {
                await ExpectRightAnswersAsync(written, query);
                harmless++;
            }
            catch (VectorStoreException e) when (at < HeaderBytes || e.Message.Contains("the file is damaged (", StringComparison.Ordinal))
            {
                named++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, flip {flip}: bit {bit} of byte {at} (page {at / 8192 + 1}, byte {at % 8192} of it): {e}");
            }
        }
        output.WriteLine($"{whole.Length} bytes; of {flips} flips {named} were named and {harmless} harmless.");
        Assert.True(named > flips / 4 && harmless > 0, "The flips hit nothing, or everything.");
    }

    [Fact]
    public async Task A_flipped_bit_in_the_saved_index_costs_a_rebuild_and_nothing_else()
    {
        const int flips = 200, seed = 22;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Dictionary<ItemId, StoredItem> written = await WriteAsync();
        byte[] saved = await File.ReadAllBytesAsync(Saved, Token);
        float[] query = Draw(random, Dimension);
        for (int flip = 0; flip < flips; flip++)
        {
            byte[] damaged = [.. saved];
            damaged[random.Next(saved.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(Saved, damaged, Token);
            await ExpectRightAnswersAsync(written, query);
        }
    }

    [Fact]
    public async Task A_flipped_bit_in_any_file_beside_the_database_is_harmless_or_named_or_costs_a_rebuild()
    {
        const int flips = 500, seed = 23;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        Dictionary<ItemId, StoredItem> written = await WriteAsync();
        Dictionary<string, byte[]> files = _folder.Names.ToDictionary(name => name, name => File.ReadAllBytes(_folder.File(name)));
        string[] beside = [.. files.Keys.Where(name => name != "vectors.db")];
        float[] query = Draw(random, Dimension);
        int named = 0, harmless = 0;
        for (int flip = 0; flip < flips; flip++)
        {
            string file = beside[flip % beside.Length];
            int at = random.Next(files[file].Length), bit = random.Next(8);
            foreach (string left in _folder.Names)
                File.Delete(_folder.File(left));
            foreach ((string name, byte[] content) in files)
            {
                byte[] copy = [.. content];
                if (name == file)
                    copy[at] ^= (byte)(1 << bit);
                await File.WriteAllBytesAsync(_folder.File(name), copy, Token);
            }
            try
            {
                await ExpectRightAnswersAsync(written, query);
                harmless++;
            }
            catch (VectorStoreException e) when (file.EndsWith(".vec", StringComparison.Ordinal)
                && e.Message.Contains("the file is damaged (", StringComparison.Ordinal) && e.Message.Contains(file, StringComparison.Ordinal))
            {
                named++;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, flip {flip}: bit {bit} of byte {at} of {file}: {e}");
            }
        }
        output.WriteLine($"{string.Join(", ", beside)}: of {flips} flips {named} were named and {harmless} harmless.");
        Assert.True(named > flips / 8 && harmless > flips / 3, "The flips hit nothing, or everything.");
    }

    private async Task<Dictionary<ItemId, StoredItem>> WriteAsync()
    {
        var random = new Random(1);
        Dictionary<ItemId, StoredItem> written = [];
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database);
        IVectorCollection gone = await store.CreateAsync("gone", Space(Dimension), Token);
        await gone.UpsertAsync(Batch([.. Enumerable.Range(0, 40).Select(i => ($"G{i}", Draw(random, Dimension)))]), Token);
        IVectorCollection collection = await store.CreateAsync("products", Space(Dimension), Token);
        await store.SetAliasAsync("shop", collection.Name, Token);
        for (int from = 0; from < Rows; from += 50)
        {
            Item[] items = [.. Enumerable.Range(from, 50).Select(i => new Item($"P{i}")
            {
                Category = Names[i % 4],
                Brand = i % 3 == 0 ? null : $"brand {i % 7}",
                Price = i % 5 == 0 ? null : i * 0.25,
                InStock = i % 2 == 0 ? null : i % 4 == 1,
                Attributes = new Dictionary<string, AttributeValue> { ["watt"] = i, ["color"] = i % 2 == 0 ? "red" : "blue" },
            })];
            float[][] vectors = [.. items.Select(_ => Draw(random, Dimension))];
            await collection.UpsertAsync(
                new ItemBatch(Space(Dimension), items, vectors.SelectMany(v => v).ToArray(), [.. items.Select(i => $"made from {i.Id}")],
                    [.. items.Select((_, i) => (long)from + i)]),
                Token);
            for (int i = 0; i < items.Length; i++)
                written[items[i].Id] = new StoredItem(items[i], vectors[i], from + i, $"made from {items[i].Id}");
        }
        ItemId[] removed = [.. Enumerable.Range(0, 30).Select(i => new ItemId($"P{i * 9}"))];
        await collection.RemoveAsync(removed, Token);
        foreach (ItemId item in removed)
            written.Remove(item);
        await store.DropAsync(gone.Name, Token);
        return written;
    }

    /// <summary>Everything that reads, by the name and by the alias.</summary>
    private async Task ExpectRightAnswersAsync(Dictionary<ItemId, StoredItem> written, float[] query)
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(Database);
        CollectionInfo info = Assert.Single(await store.ListAsync(Token));
        Assert.Equal(("products@1", Space(Dimension), written.Count, "shop"), (info.Name, info.Space, info.Count, Assert.Single(info.Aliases)));
        Assert.Equal("products@1", await store.ResolveAsync("shop", Token));
        IVectorCollection collection = await store.OpenAsync("shop", Space(Dimension), Token);
        Assert.Same(collection, await store.OpenAsync("products@1", cancellationToken: Token));
        Assert.Equal(written.Count, await collection.CountAsync(Token));
        var options = new SearchOptions { Filter = Filter.Parse("category == \"audio\" or price < 20"), Probes = int.MaxValue };
        IReadOnlyList<Neighbor> found = await collection.SearchAsync(query, 30, options, Token);
        IEnumerable<KeyValuePair<ItemId, float[]>> matching = written.Values.Where(row => options.Filter.Matches(row.Fields))
            .Select(row => KeyValuePair.Create(row.Fields.Id, row.Vector.ToArray()));
        ExpectNearest(matching, query, 30, found);
        ExpectEqual(written, await collection.ReadAllAsync(cancellationToken: Token));
        ExpectEqual(written, [.. (await collection.GetAsync(written.Keys, cancellationToken: Token)).Values]);
    }

    private static void ExpectEqual(Dictionary<ItemId, StoredItem> written, List<StoredItem> rows)
    {
        Assert.Equal(written.Count, rows.Count);
        foreach (StoredItem row in rows)
        {
            StoredItem expected = written[row.Fields.Id];
            Assert.True(expected.Vector.Span.SequenceEqual(row.Vector.Span));
            Assert.Equal((expected.Sequence, expected.Fingerprint), (row.Sequence, row.Fingerprint));
            Assert.Equal(expected.Fields with { Attributes = row.Fields.Attributes }, row.Fields);
            Assert.Equal(expected.Fields.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal),
                row.Fields.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal));
        }
    }
}
