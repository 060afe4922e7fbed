using System.IO.Hashing;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class IvfIndexFileTests
{
    private const int HeaderBytes = 64, Cells = 4;

    private static readonly IvfOptions Options = new() { Cells = Cells };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_loaded_index_answers_like_the_saved_one(bool built)
    {
        IvfIndex index = IvfIndexTests.Clustered(rows: 3000, Cells, out float[] vectors);
        if (built)
            index.Build(Token);
        var whole = new Item("naïve 耳机")
        {
            Category = "audio",
            Brand = "声学",
            Price = -12.5,
            InStock = false,
            Attributes = new Dictionary<string, AttributeValue> { ["color"] = "red", ["watt"] = 15, ["tags"] = AttributeValue.OfList(["a", "b"]) },
        };
        index.Upsert(whole, vectors.AsSpan(0, 16));
        index.Upsert(new Item("P008") { Category = "audio", InStock = true, Price = 0 }, vectors.AsSpan(8 * 16, 16));
        index.Remove("P007");

        var stream = new MemoryStream();
        index.Save(stream, revision: 42);
        stream.WriteByte(4);   // the caller's own
        SavedFile file = SavedFile.Of(stream.ToArray());
        IvfIndex loaded = IvfIndex.Load(file, Options, out long revision);
        loaded.FindVectors(index);

        Assert.Equal(1, file.Left);
        Assert.Equal((42, 16, 3000, index.Cells), (revision, loaded.Dimension, loaded.Count, loaded.Cells));
        for (int q = 0; q < 50; q++)
        {
            float[] query = vectors.AsSpan(q * 16, 16).ToArray();
            Assert.Equal(index.Search(query, 10, 1, null, Token), loaded.Search(query, 10, 1, null, Token));
        }
        Assert.Equal(vectors[..16], loaded.Get([whole.Id], withVectors: true).Single().Value.Vector.ToArray());
        Item read = loaded.Get([whole.Id], withVectors: false).Single().Value.Fields;
        Assert.Equal((whole.Category, whole.Brand, whole.Price, whole.InStock), (read.Category, read.Brand, read.Price, read.InStock));
        Assert.Equal(whole.Attributes.OrderBy(a => a.Key), read.Attributes.OrderBy(a => a.Key));
        Item other = loaded.Get(["P008"], withVectors: false).Single().Value.Fields;
        Assert.Equal(("audio", null, 0.0, true), (other.Category, other.Brand, other.Price, other.InStock));
        Assert.Equal(Saved(index), Saved(loaded));
    }

    [Fact]
    public void A_loaded_index_takes_writes_like_the_one_that_was_saved()
    {
        const int d = 16, rows = 600;
        IvfIndex index = IvfIndexTests.Clustered(rows, Cells, out float[] vectors);
        index.Build(Token);
        IvfIndex loaded = IvfRows.Load(Saved(index), Options, index);
        var random = new Random(3);
        for (int time = 0; time < 30; time++)
        {
            // Enough of them that cells wear out and are made anew, in which rows change places.
            for (int write = 0; write < 40; write++)
            {
                ItemId item = $"P{random.Next(rows + 50):D3}";
                ReadOnlySpan<float> vector = vectors.AsSpan(random.Next(rows) * d, d);
                bool isUpsert = random.Next(3) > 0;
                foreach (IvfIndex one in new[] { index, loaded })
                {
                    if (isUpsert)
                        one.Upsert(new Item(item) { Price = time }, vector);
                    else
                        one.Remove(item);
                }
            }
            Assert.Equal(index.Items.Order(), loaded.Items.Order());
            ItemId[] all = [.. Enumerable.Range(0, rows + 50).Select(i => new ItemId($"P{i:D3}"))];
            Dictionary<ItemId, StoredItem> expected = index.Get(all, withVectors: true), found = loaded.Get(all, withVectors: true);
            Assert.Equal(expected.Count, index.Count);
            Assert.Equal(expected.Keys.Order(), found.Keys.Order());
            Assert.All(expected, row => Assert.Equal(
                (row.Value.Fields.Price, row.Value.Vector.Span[0]), (found[row.Key].Fields.Price, found[row.Key].Vector.Span[0])));
            Assert.All(all, item => Assert.Equal(expected.ContainsKey(item), loaded.Contains(item)));
        }
    }

    [Fact]
    public void Fingerprints_and_sequences_come_back()
    {
        var index = new IvfIndex(2, Options);
        index.Upsert(new StoredItem(new Item("a"), default, Sequence: long.MaxValue, "f00d"), new float[] { 1, 0 }, place: 7);
        StoredItem row = IvfIndex.Load(SavedFile.Of(Saved(index)), Options, out _).Get(["a"], withVectors: false).Single().Value;
        Assert.Equal((long.MaxValue, "f00d"), (row.Sequence, row.Fingerprint));
    }

    [Fact]
    public void Rows_whose_vector_is_gone_are_dropped()
    {
        IvfIndex index = IvfIndexTests.Clustered(rows: 100, Cells, out float[] vectors);
        index.Build(Token);
        IvfIndex loaded = IvfRows.Load(Saved(index), Options, index, [.. index.Items.Where(id => id.Value.EndsWith('5'))]);
        Assert.Equal(90, loaded.Count);
        Assert.Equal(index.Scan(vectors.AsSpan(0, 16), 100, item => !item.Id.Value.EndsWith('5')), loaded.Scan(vectors.AsSpan(0, 16), 100, null));
    }

    [Fact]
    public void An_empty_index_survives() => Assert.Equal(0, Load(Saved(new IvfIndex(3, Options))).Count);

    [Fact]
    public void Loaded_with_another_number_of_cells_in_the_options_it_is_stale()
    {
        IvfIndex index = IvfIndexTests.Clustered(rows: 4200, Cells, out _);
        index.Build(Token);
        Assert.False(IvfRows.Load(Saved(index), Options, index).IsStale);
        Assert.True(IvfRows.Load(Saved(index), Options with { Cells = 5 }, index).IsStale);
    }

    [Fact]
    public void Every_shorter_file_is_refused_as_cut_short()
    {
        byte[] whole = Small();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Assert.Contains("cut short", Assert.Throws<InvalidDataException>(() => Load(cut)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(9, Load(whole).Count);
    }

    [Fact]
    public void Every_flipped_bit_is_refused()
    {
        byte[] bytes = Small();
        for (int bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<InvalidDataException>(() => Load(bytes));
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Theory]
    [InlineData(80_000_000, 9, 0, long.MaxValue)]   // so many bytes of rows that with the rest they overflow, and the file seems long enough
    [InlineData(80_000_000, 9, 0, 27)]
    [InlineData(4, int.MaxValue, 0, long.MaxValue)]
    [InlineData(4, -1, 0, 27)]
    [InlineData(4, 9, -1, 27)]
    public void A_header_that_cannot_be_is_refused_before_memory_is_taken_for_it(int cells, int rows, int changes, long rowBytes)
    {
        byte[] bytes = Small();
        BitConverter.TryWriteBytes(bytes.AsSpan(20), cells);
        BitConverter.TryWriteBytes(bytes.AsSpan(24), rows);
        BitConverter.TryWriteBytes(bytes.AsSpan(36), changes);
        BitConverter.TryWriteBytes(bytes.AsSpan(40), rowBytes);
        Seal(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => Load(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void What_cannot_be_is_refused_though_the_checksum_is_right()
    {
        byte[] bytes = Small();
        BitConverter.GetBytes(float.PositiveInfinity).CopyTo(bytes, HeaderBytes + 8);   // the first centroid's first
        Seal(bytes);
        Assert.Contains("not finite", Assert.Throws<InvalidDataException>(() => Load(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_something_else_is_refused_by_its_first_bytes()
    {
        byte[] bytes = new byte[1000];
        "SQLite format 3\0"u8.CopyTo(bytes);
        Assert.Contains("not a saved index of this version", Assert.Throws<InvalidDataException>(() => Load(bytes)).Message, StringComparison.Ordinal);
    }

    internal static byte[] Saved(IvfIndex index)
    {
        var stream = new MemoryStream();
        index.Save(stream, revision: 1);
        return stream.ToArray();
    }

    private static IvfIndex Load(byte[] bytes) => IvfIndex.Load(SavedFile.Of(bytes), Options, out _);

    private static byte[] Small()
    {
        var index = new IvfIndex(3, Options);
        for (int i = 0; i < 9; i++)
            index.Upsert(new Item($"P{i * i}"), [MathF.Cos(i), MathF.Sin(i), 0]);
        index.Build(CancellationToken.None);
        return Saved(index);
    }

    /// <summary>Makes both checksums right again.</summary>
    private static void Seal(byte[] bytes)
    {
        XxHash3.Hash(bytes.AsSpan(0, HeaderBytes)).CopyTo(bytes, HeaderBytes);
        XxHash3.Hash([.. bytes[..HeaderBytes], .. bytes[(HeaderBytes + 8)..^8]]).CopyTo(bytes, bytes.Length - 8);
    }
}
