using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

// The file, numbers as they lie in memory (a machine of the other byte order does not find the magic number, and rebuilds):
//   header (Header), hash of it
//   centroids [cells × d] float32, then per cell: rows int32, bytes of its ids int32
//   cells that recall takes (RecallProbes), int32 each; zeros where that was not measured
//   ids, cell after cell: length byte, UTF-8
//   hash of everything before it
//   codes of the rows, cell after cell and block after block (CodedRows)
//   hash of them
// Hashes are XxHash3: they find damage, not malice. The vectors are those of the rows, which have checksums of their own.
internal sealed partial class IvfIndex
{
    private const ulong Magic = 0x34_46_56_49_42_59_48_89;   // bytes 89 "HYBIVF4"
    private const int HashBytes = sizeof(ulong);

    /// <summary>Writes which rows are in which cell, by their ids, their codes, and what else a build has found out.</summary>
    /// <param name="revision">The caller's, given back by <see cref="Load"/>.</param>
    public void Save(Stream stream, long revision)
    {
        Layout layout = _layout;
        IvfCell[] cells = Array.ConvertAll(layout.Cells, cell => cell.WithoutDead());
        byte[][] ids = Array.ConvertAll(cells, EncodeIds);
        long idBytes = ids.Sum(bytes => (long)bytes.Length);
        var header = new Header(Magic, revision, Dimension, cells.Length, layout.Count, layout.Wanted, layout.BuiltRows, layout.Changes, idBytes,
            layout.Target ?? 0);
        var hash = new XxHash3();
        Write(MemoryMarshal.AsBytes(new ReadOnlySpan<Header>(in header)));
        stream.Write(hash.GetCurrentHash());
        Write(MemoryMarshal.AsBytes(layout.Centroids.AsSpan()));
        for (int cell = 0; cell < ids.Length; cell++)
            Write(MemoryMarshal.AsBytes<int>([cells[cell].Count, ids[cell].Length]));
        Write(MemoryMarshal.AsBytes<int>(layout.Probes?.ToArray() ?? new int[RecallProbes.Depths]));
        foreach (byte[] bytes in ids)
            Write(bytes);
        stream.Write(hash.GetCurrentHash());
        hash.Reset();
        foreach (IvfCell cell in cells)
        {
            for (int block = 0; block < cell.Blocks; block++)
                Write(cell.Codes(block));
        }
        stream.Write(hash.GetCurrentHash());

        void Write(ReadOnlySpan<byte> bytes)
        {
            hash.Append(bytes);
            stream.Write(bytes);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, and nothing after it.</summary>
    /// <param name="stored">The row of an item with its vector, or null when it is no longer there: it is then dropped. A row whose vector is another than it
    /// was must be upserted afterwards.</param>
    /// <exception cref="InvalidDataException">It is not such a file, of another version, cut short or damaged; the message says which.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    /// <remarks>The caller compares <see cref="Dimension"/> with its own.</remarks>
    public static IvfIndex Load(Stream stream, IvfOptions options, Func<ItemId, StoredItem?> stored, out long revision)
    {
        try
        {
            return Read(stream, options, stored, out revision);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The saved index is cut short: it ends before its header says. Rebuild it.", e);
        }
    }

    private static IvfIndex Read(Stream stream, IvfOptions options, Func<ItemId, StoredItem?> stored, out long revision)
    {
        var hash = new XxHash3();
        Header header = ReadHeader(stream, hash);
        revision = header.Revision;
        var index = new IvfIndex(header.Dimension, options);
        var centroids = new float[header.Cells * header.Dimension];
        Fill(stream, hash, MemoryMarshal.AsBytes(centroids.AsSpan()));
        if (!TensorPrimitives.IsFiniteAll<float>(centroids))
            throw Damaged("a centre of its cells is not finite");
        var table = new int[header.Cells * 2];
        Fill(stream, hash, MemoryMarshal.AsBytes(table.AsSpan()));
        ThrowIfTableDisagrees(table, header);
        var measured = new int[RecallProbes.Depths];
        Fill(stream, hash, MemoryMarshal.AsBytes(measured.AsSpan()));
        RecallProbes? probes = null;
        if (measured.AsSpan().ContainsAnyExcept(0) && !RecallProbes.TryRead(measured, header.Cells, out probes))
            throw Damaged($"recall is said to take {string.Join(", ", measured)} of {header.Cells} cells");

        var dropped = new List<ItemId>();
        var nowhere = new float[header.Dimension];
        var places = new Dictionary<ItemId, Place>(header.Rows);
        var rows = new StoredItem[header.Cells][];
        for (int cell = 0; cell < header.Cells; cell++)
        {
            var bytes = new byte[table[2 * cell + 1]];
            Fill(stream, hash, bytes);
            rows[cell] = new StoredItem[table[2 * cell]];
            DecodeIds(bytes, rows[cell], id =>
            {
                if (stored(id) is { } there)
                    return there;
                dropped.Add(id);
                return new StoredItem(new Item(id), nowhere);   // holds the row's place until it is removed below
            });
            for (int row = 0; row < rows[cell].Length; row++)
            {
                (Item fields, ReadOnlyMemory<float> vector, _, _) = rows[cell][row];
                if (!places.TryAdd(fields.Id, new Place(cell, row)))
                    throw Damaged($"the item {fields.Id} is in it twice");
                if (vector.Length != header.Dimension)
                    throw Damaged($"its vectors have {header.Dimension} floats, and that of the item {fields.Id} has {vector.Length}");
            }
        }
        CheckHash(stream, hash);

        byte[][][] codes = ReadCodes(stream, header.Dimension, rows);
        IvfCell[] cells = [.. rows.Select((its, number) =>
            new IvfCell(header.Dimension, centroids.AsMemory(number * header.Dimension, header.Dimension), its, codes[number]))];
        index._layout = new Layout(centroids, cells, places, header.Wanted, header.BuiltRows, probes, new FilterCache())
        {
            Count = header.Rows,
            Changes = header.Changes,
            Target = header.Target == 0 ? null : header.Target,
        };
        index.Change(() =>
        {
            dropped.ForEach(id => index.Remove(id));
            return true;
        });
        return index;
    }

    /// <returns>Of each cell, of each of its blocks.</returns>
    private static byte[][][] ReadCodes(Stream stream, int dimension, StoredItem[][] rows)
    {
        var hash = new XxHash3();
        byte[][][] codes = Array.ConvertAll(rows, its => IvfCell.LengthsOfCodes(dimension, its.Length).Select(length =>
        {
            byte[] block = GC.AllocateUninitializedArray<byte>(length);
            Fill(stream, hash, block);
            return block;
        }).ToArray());
        CheckHash(stream, hash);
        return codes;
    }

    private static Header ReadHeader(Stream stream, XxHash3 hash)
    {
        var header = default(Header);
        Fill(stream, hash, MemoryMarshal.AsBytes(new Span<Header>(ref header)));
        if (header.Magic != Magic)
            throw new InvalidDataException($"It is not a saved index of this version: it begins with {header.Magic:x16}, not {Magic:x16}. Rebuild it.");
        CheckHash(stream, hash);
        if (header is not { Dimension: >= 1 and <= MaxDimension, Cells: >= 1, Rows: >= 0, Wanted: >= Layout.BySize, BuiltRows: >= 0, Changes: >= 0 }
            || !(header.Target is >= 0 and < 1)
            || (long)header.Cells * header.Dimension > MostTrainingFloats
            || !CanBeIds(header.Rows, header.IdBytes))
        {
            throw Damaged($"its header has dimension {header.Dimension}, {header.Cells} cells, {header.Rows} rows, {header.IdBytes} bytes of ids");
        }
        long rest = 4L * header.Dimension * header.Cells + 8L * header.Cells + sizeof(int) * RecallProbes.Depths + header.IdBytes + 2 * HashBytes
            + IvfCell.LengthsOfCodes(header.Dimension, header.Rows).Sum(length => (long)length);
        if (stream.CanSeek && stream.Length - stream.Position < rest)   // before memory is taken for what is not there
            throw new EndOfStreamException();
        return header;
    }

    private static void ThrowIfTableDisagrees(int[] table, Header header)
    {
        long rows = 0, idBytes = 0;
        for (int i = 0; i < table.Length; i += 2)
        {
            if (table[i] < 0 || !CanBeIds(table[i], table[i + 1]))
                throw Damaged($"cell {i / 2} has {table[i]} rows with {table[i + 1]} bytes of ids");
            rows += table[i];
            idBytes += table[i + 1];
        }
        if (rows != header.Rows || idBytes != header.IdBytes)
            throw Damaged($"its cells have {rows} rows with {idBytes} bytes of ids, and its header says {header.Rows} with {header.IdBytes}");
    }

    // An id has 1 … 100 bytes, and one for its length.
    private static bool CanBeIds(int rows, long bytes) => bytes >= 2L * rows && bytes <= (ItemId.MaxBytes + 1L) * rows;

    private static byte[] EncodeIds(IvfCell cell)
    {
        using var bytes = new MemoryStream();
        Span<byte> id = stackalloc byte[1 + ItemId.MaxBytes];
        for (int row = 0; row < cell.Length; row++)
        {
            int length = System.Text.Encoding.UTF8.GetBytes(cell[row].Fields.Id.Value, id[1..]);
            id[0] = (byte)length;
            bytes.Write(id[..(1 + length)]);
        }
        return bytes.ToArray();
    }

    private static void DecodeIds(ReadOnlySpan<byte> bytes, StoredItem[] rows, Func<ItemId, StoredItem> find)
    {
        for (int row = 0; row < rows.Length; row++)
        {
            if (bytes.IsEmpty || bytes[0] >= bytes.Length
                || !ItemId.TryParse(System.Text.Encoding.UTF8.GetString(bytes.Slice(1, bytes[0])), null, out ItemId id))
            {
                throw Damaged("it holds what is not an item id");
            }
            rows[row] = find(id);
            bytes = bytes[(1 + bytes[0])..];
        }
        if (!bytes.IsEmpty)
            throw Damaged($"{bytes.Length} bytes are left over after the ids of a cell");
    }

    private static void Fill(Stream stream, XxHash3 hash, Span<byte> bytes)
    {
        stream.ReadExactly(bytes);
        hash.Append(bytes);
    }

    private static void CheckHash(Stream stream, XxHash3 hash)
    {
        Span<byte> expected = stackalloc byte[HashBytes];
        stream.ReadExactly(expected);
        if (!expected.SequenceEqual(hash.GetCurrentHash()))
            throw Damaged("its checksum is not that of its content");
    }

    private static InvalidDataException Damaged(string reason) => new($"The saved index is damaged: {reason}. Rebuild it.");

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct Header(ulong Magic, long Revision, int Dimension, int Cells, int Rows, int Wanted, int BuiltRows, int Changes, long IdBytes,
        double Target);
}
