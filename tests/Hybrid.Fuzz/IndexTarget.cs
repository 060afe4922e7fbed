using System.IO.Hashing;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Fuzz;

/// <summary>The saved index, with its checksums as they were or made right again.</summary>
internal static class IndexTarget
{
    private const int Dimension = 4;
    private const int HeaderBytes = 48;

    private static readonly IvfOptions Options = new() { Cells = 3, Probes = 2 };

    public static FuzzTarget Make() =>
        new("index", [Saved(rows: 0, built: false), Saved(rows: 5, built: false), Saved(rows: 40, built: true)], Read) { Seal = Sealed };

    private static void Read(byte[] input)
    {
        IvfIndex index;
        try
        {
            index = IvfIndex.Load(new MemoryStream(input), Options, id => id.Value.EndsWith('7') ? null : RowOf(id.Value), out _);
        }
        catch (InvalidDataException refusal)
        {
            Assert.EndsWith("Rebuild it.", refusal.Message, StringComparison.Ordinal);
            return;
        }
        // What was taken for an index must be one.
        float[] unit = new float[index.Dimension];
        unit[0] = 1;
        ItemId[] items = [.. index.Items];
        Assert.Equal(items.Length, index.Count);
        Assert.Equal(items.Length, index.Get(items, withVectors: true).Count);
        Assert.InRange(index.Search(unit, 10, 1, null, CancellationToken.None).Count, 0, items.Length);
        index.Upsert(RowOf("new"), unit);
        Assert.Equal(items.Length > 0, items.Length > 0 && index.Remove(items[0]));
        index.Build(CancellationToken.None);
        index.Save(new MemoryStream(), 1);
    }

    private static StoredItem RowOf(string id) => new(new Item(id), new float[] { 0, 1, 0, 0 });

    private static byte[] Saved(int rows, bool built)
    {
        var index = new IvfIndex(Dimension, Options, mostExactRows: 10);   // so that what recall takes is in the largest
        var random = new Random(1);
        for (int row = 0; row < rows; row++)
        {
            double angle = random.NextDouble() * Math.Tau;
            index.Upsert(RowOf($"P{row}"), new[] { (float)Math.Cos(angle), 0, (float)Math.Sin(angle), 0 });
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
        var hash = new XxHash3();
        hash.Append(whole.AsSpan(0, HeaderBytes));
        hash.Append(whole.AsSpan((HeaderBytes + sizeof(ulong))..^sizeof(ulong)));
        hash.GetCurrentHash().CopyTo(whole, whole.Length - sizeof(ulong));
        return whole;
    }
}
