using System.IO.Hashing;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Fuzz;

/// <summary>The saved index, with its checksums as they were or made right again.</summary>
internal static class IndexTarget
{
    private const int Dimension = 4;
    private const int HeaderBytes = 64;

    private static readonly IvfOptions Options = new() { Cells = 3, Probes = 2 };

    public static FuzzTarget Make() =>
        new("index", [Saved(rows: 0, built: false), Saved(rows: 5, built: false), Saved(rows: 40, built: true)], Read) { Seal = Sealed };

    private static void Read(byte[] input)
    {
        try
        {
            Use(IvfIndex.Load(SavedFile.Of(input), Options, out _));
        }
        catch (InvalidDataException refusal)
        {
            // Of one whose checksums were made right again, a row may be refused only when it is read.
            Assert.EndsWith("Rebuild it.", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static void Use(IvfIndex index)
    {
        float[] unit = new float[index.Dimension];
        unit[0] = 1;
        index.FindVectors(place => place % 7 == 0 ? default(ReadOnlyMemory<float>) : unit);
        ItemId[] items = [.. index.Items];
        Assert.Equal(items.Length, index.Count);
        Assert.InRange(index.Get(items, withVectors: true).Count, 0, items.Length);
        Assert.InRange(index.Search(unit, 10, 1, null, CancellationToken.None).Count, 0, items.Length);
        index.Upsert(RowOf("new"), unit);
        if (items.Length > 0)
            index.Remove(items[0]);
        index.Build(CancellationToken.None);
        index.Save(new MemoryStream(), 1);
    }

    private static StoredItem RowOf(string id) => new(
        new Item(id) { Category = "audio", Price = 3, Attributes = new Dictionary<string, AttributeValue> { ["color"] = "red" } }, default);

    private static byte[] Saved(int rows, bool built)
    {
        var index = new IvfIndex(Dimension, Options, mostExactRows: 10);   // so that what recall takes is in the largest
        var random = new Random(1);
        for (int row = 0; row < rows; row++)
        {
            double angle = random.NextDouble() * Math.Tau;
            index.Upsert(RowOf($"P{row}"), new[] { (float)Math.Cos(angle), 0, (float)Math.Sin(angle), 0 }, place: row + 1);
        }
        if (built)
            index.Build(CancellationToken.None);
        var stream = new MemoryStream();
        index.Save(stream, revision: 3);
        return stream.ToArray();
    }

    private static byte[] Sealed(byte[] input)
    {
        if (input.Length < HeaderBytes + 2 * sizeof(ulong))
            return input;
        byte[] whole = [.. input];
        XxHash3.Hash(whole.AsSpan(0, HeaderBytes)).CopyTo(whole, HeaderBytes);
        // The codes have a checksum of their own, and how long they are follows from the header.
        int codes = CodesAt(whole);
        if (codes < 0)
            return whole;
        var hash = new XxHash3();
        hash.Append(whole.AsSpan(0, HeaderBytes));
        hash.Append(whole.AsSpan((HeaderBytes + sizeof(ulong))..(codes - sizeof(ulong))));
        hash.GetCurrentHash().CopyTo(whole, codes - sizeof(ulong));
        XxHash3.Hash(whole.AsSpan(codes..^sizeof(ulong))).CopyTo(whole, whole.Length - sizeof(ulong));
        return whole;
    }

    /// <summary>Where the codes begin, or −1 where the header is of none.</summary>
    private static int CodesAt(byte[] whole)
    {
        int dimension = BitConverter.ToInt32(whole, 16), cells = BitConverter.ToInt32(whole, 20);
        long rowBytes = BitConverter.ToInt64(whole, 40), textBytes = BitConverter.ToInt32(whole, 60);
        long at = HeaderBytes + sizeof(ulong) + 4L * dimension * cells + 8L * cells + 4L * RecallProbes.Depths + textBytes + rowBytes + sizeof(ulong);
        return dimension > 0 && cells > 0 && rowBytes >= 0 && textBytes >= 0 && at > HeaderBytes + 2 * sizeof(ulong) && at + sizeof(ulong) <= whole.Length
            ? (int)at : -1;
    }
}
