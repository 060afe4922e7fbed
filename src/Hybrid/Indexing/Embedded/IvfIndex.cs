using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>A linear scan under the name of the index that is to come.</summary>
internal sealed class IvfIndex(int dimension, IvfOptions options)
{
    private readonly Dictionary<ItemId, (Item Fields, float[] Vector)> _rows = [];

    public IvfOptions Options { get; } = options;

    public int Count => _rows.Count;

    public int Cells { get; private set; }

    public int Dimension { get; } = dimension;

    public IEnumerable<ItemId> Items => _rows.Keys;

    public bool IsStale => Cells == 0 && Count > 1000;

    public void Upsert(Item fields, ReadOnlySpan<float> vector) => _rows[fields.Id] = (fields, vector.ToArray());

    public bool Remove(ItemId item) => _rows.Remove(item);

    public bool Contains(ItemId item) => _rows.ContainsKey(item);

    public bool TryGet(ItemId item, Span<float> vector)
    {
        if (!_rows.TryGetValue(item, out (Item Fields, float[] Vector) row))
            return false;
        row.Vector.CopyTo(vector);
        return true;
    }

    public IReadOnlyList<Neighbor> Search(ReadOnlySpan<float> query, int count, int probes, Func<Item, bool>? matches, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(probes);
        cancellationToken.ThrowIfCancellationRequested();
        return Scan(query, count, matches);
    }

    public IReadOnlyList<Neighbor> Scan(ReadOnlySpan<float> query, int count, Func<Item, bool>? matches)
    {
        var found = new List<Neighbor>();
        foreach ((ItemId id, (Item fields, float[] vector)) in _rows)
        {
            if (matches is null || matches(fields))
                found.Add(new(id, Math.Clamp(TensorPrimitives.Dot(query, vector), -1, 1)));
        }
        return [.. found.OrderByDescending(n => n.Score).ThenBy(n => n.Item).Take(count)];
    }

    public void Build(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Cells = Math.Min(128, Math.Max(1, Count));
    }

    public void Save(Stream stream, long revision)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        writer.Write(revision);
        writer.Write(Dimension);
        writer.Write(Cells);
        writer.Write(Count);
        foreach ((ItemId id, (_, float[] vector)) in _rows)
        {
            writer.Write(id.Value);
            writer.Write(MemoryMarshal.AsBytes<float>(vector));
        }
        writer.Flush();
        byte[] bytes = buffer.ToArray();
        stream.Write(bytes);
        stream.Write(XxHash64.Hash(bytes));
    }

    public static IvfIndex Load(Stream stream, IvfOptions options, Func<ItemId, Item?> fields, out long revision)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        byte[] bytes = buffer.ToArray();
        if (bytes.Length < 28 || !XxHash64.Hash(bytes.AsSpan(0, bytes.Length - 8)).AsSpan().SequenceEqual(bytes.AsSpan(bytes.Length - 8)))
            throw new InvalidDataException("The index does not have its checksum.");
        buffer.Position = 0;
        using var reader = new BinaryReader(buffer);
        revision = reader.ReadInt64();
        var index = new IvfIndex(reader.ReadInt32(), options) { Cells = reader.ReadInt32() };
        int count = reader.ReadInt32();
        var vector = new float[index.Dimension];
        for (int i = 0; i < count; i++)
        {
            ItemId id = reader.ReadString();
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(vector.AsSpan()));
            if (fields(id) is { } item)
                index.Upsert(item, vector);
        }
        return index;
    }
}
