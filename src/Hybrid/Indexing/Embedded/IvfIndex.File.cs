using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <remarks>
/// The file, little-endian: "HIVF", version, dimension, cells (int32 each), revision, changes (int64 each), centroids; then for each cell the count of its rows,
/// their ids (length as int32, UTF-8) and their vectors; XxHash3 of everything before it. A file without cells has one list of rows.
/// </remarks>
internal sealed partial class IvfIndex
{
    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "HIVF"u8;

    /// <summary>Writes everything that a search needs but the items' fields.</summary>
    /// <param name="revision">Given back by <see cref="Load"/>.</param>
    public void Save(Stream stream, long revision)
    {
        var hash = new XxHash3();
        Write(Magic);
        WriteInt(Version);
        WriteInt(Dimension);
        WriteInt(Cells);
        WriteLong(revision);
        WriteLong(_changes);
        Write(MemoryMarshal.AsBytes<float>(_centroids));
        foreach (IvfCell cell in _cells)
        {
            WriteInt(cell.Count);
            foreach (Item item in cell.Items)
            {
                byte[] id = System.Text.Encoding.UTF8.GetBytes(item.Id.Value);
                WriteInt(id.Length);
                Write(id);
            }
            // By rows in blocks: a span of bytes cannot hold more than 2 GB.
            for (int row = 0; row < cell.Count; row += Block)
                Write(MemoryMarshal.AsBytes(cell.Vectors.Span[(row * Dimension)..(Math.Min(cell.Count, row + Block) * Dimension)]));
        }
        Span<byte> checksum = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(checksum, hash.GetCurrentHashAsUInt64());
        stream.Write(checksum);

        void Write(ReadOnlySpan<byte> bytes)
        {
            hash.Append(bytes);
            stream.Write(bytes);
        }

        void WriteInt(int value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
            Write(bytes);
        }

        void WriteLong(long value)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
            Write(bytes);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Seekable; read to its end.</param>
    /// <param name="fields">The fields of an item; a row whose item has none is left out.</param>
    /// <exception cref="InvalidDataException">It is not such a file, another version's, cut short or damaged.</exception>
    public static IvfIndex Load(Stream stream, IvfOptions options, Func<ItemId, Item?> fields, out long revision)
    {
        var hash = new XxHash3();
        if (!Read(4).AsSpan().SequenceEqual(Magic))
            throw new InvalidDataException("it is not a saved index");
        if (ReadInt() is var version && version != Version)
            throw new InvalidDataException($"it has format version {version}, this Hybrid reads version {Version}");
        int dimension = ReadInt();
        int cells = ReadInt();
        if (dimension < 1 || cells < 0 || cells > 65_536)
            throw new InvalidDataException($"it claims {cells} cells of dimension {dimension}");
        revision = ReadLong();
        long changes = ReadLong();
        float[] centroids = new float[checked((int)RequireLeft((long)cells * dimension, sizeof(float)))];
        ReadInto(MemoryMarshal.AsBytes(centroids.AsSpan()));

        var index = new IvfIndex(dimension, options) { _centroids = centroids, _cells = new IvfCell[Math.Max(1, cells)], _changes = changes };
        for (int c = 0; c < index._cells.Length; c++)
            index._cells[c] = ReadCell();
        ulong computed = hash.GetCurrentHashAsUInt64();
        Span<byte> checksum = stackalloc byte[sizeof(ulong)];
        if (stream.ReadAtLeast(checksum, checksum.Length, throwOnEndOfStream: false) < checksum.Length || stream.ReadByte() != -1
            || BinaryPrimitives.ReadUInt64LittleEndian(checksum) != computed)
        {
            throw new InvalidDataException("its checksum is wrong");
        }
        index.FindPlaces();
        return index;

        IvfCell ReadCell()
        {
            int count = ReadInt();
            RequireLeft(count, sizeof(int) + 1 + (long)dimension * sizeof(float));
            var items = new Item?[count];
            for (int row = 0; row < count; row++)
            {
                int length = ReadInt();
                if (length is < 1 or > ItemId.MaxBytes || !ItemId.TryParse(System.Text.Encoding.UTF8.GetString(Read(length)), null, out ItemId id))
                    throw new InvalidDataException("it holds an id that is none");
                items[row] = fields(id);
            }
            var cell = new IvfCell(dimension, items.Count(item => item is not null));
            float[] dropped = new float[dimension];
            foreach (Item? item in items)
                ReadInto(MemoryMarshal.AsBytes(item is null ? dropped.AsSpan() : cell.Add(item)));
            return cell;
        }

        // Refuses a count that the rest of the file cannot hold, before memory is taken for it.
        long RequireLeft(long count, long bytesEach) => count >= 0 && count <= (stream.Length - stream.Position) / bytesEach
            ? count
            : throw new InvalidDataException("it is cut short");

        byte[] Read(int count)
        {
            byte[] bytes = new byte[count];
            ReadInto(bytes);
            return bytes;
        }

        void ReadInto(Span<byte> bytes)
        {
            if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new InvalidDataException("it is cut short");
            hash.Append(bytes);
        }

        int ReadInt() => BinaryPrimitives.ReadInt32LittleEndian(Read(sizeof(int)));

        long ReadLong() => BinaryPrimitives.ReadInt64LittleEndian(Read(sizeof(long)));
    }
}
