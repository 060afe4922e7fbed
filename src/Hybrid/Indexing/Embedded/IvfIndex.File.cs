using System.IO.Hashing;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

// The file, numbers as they lie in memory (a machine of the other byte order does not find the magic number, and rebuilds):
//   header (Header), hash of it
//   centroids [cells × d] float32, then per cell: rows int32, bytes of its rows int32
//   cells that recall takes (RecallProbes), int32 each; zeros where that was not measured
//   texts that rows share, then the rows, cell after cell (SavedRows)
//   hash of everything before it
//   codes of the rows, cell after cell and block after block (CodedRows)
//   hash of them
// Hashes are XxHash3: they find damage, not malice. The vectors are where the rows say, and have checksums of their own.
internal sealed partial class IvfIndex
{
    private const ulong Magic = 0x36_46_56_49_42_59_48_89;   // bytes 89 "HYBIVF6"
    private const int HashBytes = sizeof(ulong);

    /// <summary>Writes which rows are in which cell, their codes, and what else a build has found out; but not their vectors.</summary>
    /// <param name="revision">The caller's, given back by <see cref="Load"/>.</param>
    public void Save(Stream stream, long revision)
    {
        Layout layout = _layout;
        IvfCell[] cells = Array.ConvertAll(layout.Cells, cell => cell.WithoutDead());
        var shared = new SavedTexts();
        byte[][] rows = Array.ConvertAll(cells, cell => SavedRows.Write(cell, shared));
        byte[] texts = shared.ToBytes();
        var header = new Header(Magic, revision, Dimension, cells.Length, layout.Count, layout.Wanted, layout.BuiltRows, layout.Changes,
            rows.Sum(bytes => (long)bytes.Length), layout.Target ?? 0, shared.Count, texts.Length);
        var hash = new XxHash3();
        Write(MemoryMarshal.AsBytes(new ReadOnlySpan<Header>(in header)));
        stream.Write(hash.GetCurrentHash());
        Write(MemoryMarshal.AsBytes(layout.Centroids.AsSpan()));
        for (int cell = 0; cell < rows.Length; cell++)
            Write(MemoryMarshal.AsBytes<int>([cells[cell].Count, rows[cell].Length]));
        Write(MemoryMarshal.AsBytes<int>(layout.Probes?.ToArray() ?? new int[RecallProbes.Depths]));
        Write(texts);
        foreach (byte[] bytes in rows)
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

    /// <summary>Reads what <see cref="Save"/> wrote, and nothing after it. The rows have no vectors before <see cref="FindVectors"/>.</summary>
    /// <exception cref="InvalidDataException">It is not such a file, of another version, cut short or damaged; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <remarks>The caller compares <see cref="Dimension"/> with its own. Rows and codes stay where the file has them.</remarks>
    public static IvfIndex Load(SavedFile file, IvfOptions options, out long revision)
    {
        try
        {
            return Read(file, options, out revision);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The saved index is cut short: it ends before its header says. Rebuild it.", e);
        }
    }

    /// <summary>Gives the rows of an index that was loaded their vectors, before anybody searches it.</summary>
    /// <param name="find">The vector of a place; an empty one: it is no longer there, and its row is dropped.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]   // as RowPlaces
    public void FindVectors(Func<long, ReadOnlyMemory<float>> find)
    {
        var dropped = new List<ItemId>();
        foreach (IvfCell cell in _layout.Cells)
        {
            for (int row = 0; row < cell.Length; row++)
            {
                ref IndexedRow its = ref cell[row];
                its.Vector = find(its.Place);
                if (its.Vector.IsEmpty)
                    dropped.Add(its.Id);
            }
        }
        if (dropped.Count == 0)
            return;
        Change(() =>
        {
            dropped.ForEach(id => Remove(id));
            return true;
        });
    }

    private static IvfIndex Read(SavedFile file, IvfOptions options, out long revision)
    {
        Header header = ReadHeader(file);
        revision = header.Revision;
        var index = new IvfIndex(header.Dimension, options);
        float[] centroids = file.Take<float>(header.Cells * header.Dimension);
        if (!TensorPrimitives.IsFiniteAll<float>(centroids))
            throw Damaged("a centre of its cells is not finite");
        int[] table = file.Take<int>(header.Cells * 2);
        ThrowIfTableDisagrees(table, header);
        int[] measured = file.Take<int>(RecallProbes.Depths);
        RecallProbes? probes = null;
        if (measured.AsSpan().ContainsAnyExcept(0) && !RecallProbes.TryRead(measured, header.Cells, out probes))
            throw Damaged($"recall is said to take {string.Join(", ", measured)} of {header.Cells} cells");

        ReadOnlyMemory<byte> texts = file.Take(header.TextBytes);
        ReadOnlyMemory<byte>[] rows = [.. Enumerable.Range(0, header.Cells).Select(cell => file.Take(table[2 * cell + 1]))];
        file.CheckHash();
        SavedTexts shared = SavedTexts.Of(texts.Span, header.Texts);
        ReadOnlyMemory<byte>[][] codes = [.. table.Where((_, i) => i % 2 == 0).Select(count =>
            IvfCell.LengthsOfCodes(header.Dimension, count).Select(file.TakeUnhashed).ToArray())];
        IvfCell[] cells = [];
        var places = new RowPlaces();
        ItemId? twice = null;
        Together(() => CheckCodes(file, codes), () =>
        {
            cells = [.. rows.Select((bytes, cell) => new IvfCell(header.Dimension,
                centroids.AsMemory(cell * header.Dimension, header.Dimension), new SavedRows(bytes, shared).ToRows(table[2 * cell]), codes[cell]))];
            places = new RowPlaces(cells, out twice);
        });
        if (twice is { } item)
            throw Damaged($"the item {item} is in it twice");
        index._layout = new Layout(centroids, cells, places, header.Wanted, header.BuiltRows, probes, new FilterCache())
        {
            Count = header.Rows,
            Changes = header.Changes,
            Target = header.Target == 0 ? null : header.Target,
        };
        return index;
    }

    /// <param name="codes">Of each cell, of each of its blocks; their hash follows in the file.</param>
    private static void CheckCodes(SavedFile file, ReadOnlyMemory<byte>[][] codes)
    {
        var hash = new XxHash3();
        foreach (ReadOnlyMemory<byte> block in codes.SelectMany(blocks => blocks))
            hash.Append(block.Span);
        file.CheckHash(hash);
    }

    /// <summary>Both at once; where one fails, as it would have failed alone.</summary>
    private static void Together(Action one, Action other)
    {
        try
        {
            Parallel.Invoke(one, other);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static Header ReadHeader(SavedFile file)
    {
        Header header = file.Take<Header>(1)[0];
        if (header.Magic != Magic)
            throw new InvalidDataException($"It is not a saved index of this version: it begins with {header.Magic:x16}, not {Magic:x16}. Rebuild it.");
        file.CheckHash();
        if (header is not { Dimension: >= 1 and <= MaxDimension, Cells: >= 1, Rows: >= 0, Wanted: >= Layout.BySize, BuiltRows: >= 0, Changes: >= 0 }
            || !(header.Target is >= 0 and < 1)
            || (long)header.Cells * header.Dimension > MostTrainingFloats
            || !SavedRows.CanBe(header.Rows, header.RowBytes) || header.Texts < 0 || header.TextBytes < header.Texts)
        {
            throw Damaged($"its header has dimension {header.Dimension}, {header.Cells} cells, {header.Rows} rows of {header.RowBytes} bytes, "
                + $"{header.Texts} texts of {header.TextBytes} bytes");
        }
        long rest = 4L * header.Dimension * header.Cells + 8L * header.Cells + sizeof(int) * RecallProbes.Depths + header.TextBytes + 2 * HashBytes
            + IvfCell.LengthsOfCodes(header.Dimension, header.Rows).Sum(length => (long)length);
        if (file.Left - rest < header.RowBytes)   // before memory is taken for what is not there
            throw new EndOfStreamException();
        return header;
    }

    private static void ThrowIfTableDisagrees(int[] table, Header header)
    {
        long rows = 0, bytes = 0;
        for (int i = 0; i < table.Length; i += 2)
        {
            if (table[i] < 0 || !SavedRows.CanBe(table[i], table[i + 1]))
                throw Damaged($"cell {i / 2} has {table[i]} rows of {table[i + 1]} bytes");
            rows += table[i];
            bytes += table[i + 1];
        }
        if (rows != header.Rows || bytes != header.RowBytes)
            throw Damaged($"its cells have {rows} rows of {bytes} bytes, and its header says {header.Rows} of {header.RowBytes}");
    }

    private static InvalidDataException Damaged(string reason) => SavedRows.Damaged(reason);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct Header(ulong Magic, long Revision, int Dimension, int Cells, int Rows, int Wanted, int BuiltRows, int Changes, long RowBytes,
        double Target, int Texts, int TextBytes);
}
