using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Behavior;

/// <summary>The files of formats 1 to 3, which are read as a whole.</summary>
/// <remarks>
/// Little-endian: "HYBI2VEC" · int32 version · int64 length of the file · the options · int64 pairs · from 2 on the name of its space · int32 n · n × (id
/// as length-prefixed UTF-8, int64 count) · [n × d] float32 · from 2 on whether there is a map from text, and it · from 3 on whether training can go on from
/// it, and then [n × d] float32 of contexts · int64 last event · XxHash3 of everything before it, 8 bytes.
/// </remarks>
internal static class OlderItem2VecFile
{
    private const int HeaderLength = 8 + sizeof(int) + sizeof(long);

    public static Item2VecModel Read(FileStream file, int version, bool toContinue)
    {
        file.Position = HeaderLength;
        using var reader = new BinaryReader(file, System.Text.Encoding.UTF8, leaveOpen: true);
        Item2VecOptions options = Item2VecFile.ReadOptions(reader);
        long pairs = reader.ReadInt64();
        string lineage = version >= 2 ? reader.ReadString() : Item2VecModel.OwnLineage;   // format 1 has none
        int n = reader.ReadInt32();
        // An item takes a byte of length, one of its id, its count and its vector: no memory is taken for what is not there.
        if (n < 0 || n > (file.Length - file.Position) / (2 + sizeof(long) + sizeof(float) * options.VectorSize))
            throw new FormatException($"it says that it has {n} items.");
        var items = new ItemId[n];
        var counts = new long[items.Length];
        for (int row = 0; row < items.Length; row++)
        {
            items[row] = new ItemId(reader.ReadString());
            counts[row] = reader.ReadInt64();
        }
        float[] vectors = ReadRows(file, n, options.VectorSize);
        SpaceMap? fromText = version >= 2 && reader.ReadBoolean() ? Item2VecFile.ReadMap(reader, lineage, options.VectorSize) : null;
        TrainingState? state = null;
        if (toContinue && version >= 3 && reader.ReadBoolean())
            state = new TrainingState(ReadRows(file, n, options.VectorSize), reader.ReadInt64());
        return new Item2VecModel(options, items, counts, vectors, pairs, lineage, fromText, state);
    }

    private static float[] ReadRows(FileStream file, int rows, int dimension)
    {
        var vectors = new float[rows * dimension];
        for (int row = 0; row < rows; row++)
            file.ReadExactly(MemoryMarshal.AsBytes(vectors.AsSpan(row * dimension, dimension)));
        return vectors;
    }
}
