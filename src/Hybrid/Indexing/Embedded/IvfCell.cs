using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

/// <summary>The rows of one cell, and their vectors in blocks of contiguous floats, each with its code.</summary>
/// <remarks>
/// Blocks, rather than one array, because a cell then grows without copying more than its last block, and is not limited to the longest
/// array (5.6 million rows at d = 384, which an index that was never built keeps in one cell).
/// </remarks>
internal sealed class IvfCell(int dimension, int capacity = 0)
{
    public const int BlockRows = 1024;

    private readonly int _codeLength = VectorCodes.Length(dimension);
    // All but the last are full. The last may have room for more rows than it holds.
    private readonly List<RowBlock> _blocks = [];
    // Without their vectors.
    private readonly List<StoredItem> _rows = new(capacity);

    public int Count => _rows.Count;

    public int Blocks => _blocks.Count;

    /// <summary>Without its vector.</summary>
    public StoredItem this[int row] => _rows[row];

    public ReadOnlySpan<float> Vector(int row) => _blocks[row / BlockRows].Vectors.AsSpan(row % BlockRows * dimension, dimension);

    /// <summary>[rows × d]: the rows from block · <see cref="BlockRows"/> on.</summary>
    public ReadOnlySpan<float> Block(int block) => _blocks[block].Vectors.AsSpan(0, RowsIn(block) * dimension);

    /// <summary>[rows]: at least the scores of the rows from block · <see cref="BlockRows"/> on.</summary>
    /// <param name="bounds">[<see cref="BlockRows"/>]; the result is its beginning.</param>
    public ReadOnlySpan<float> Bounds(CodedQuery query, int block, Span<float> bounds)
    {
        int rows = RowsIn(block);
        VectorCodes.Bounds(query, _blocks[block].Codes.AsSpan(0, rows * _codeLength), _blocks[block].Scales.AsSpan(0, rows), bounds[..rows]);
        return bounds[..rows];
    }

    /// <summary>At least the score of one row.</summary>
    public float Bound(CodedQuery query, int row)
    {
        RowBlock block = _blocks[row / BlockRows];
        int at = row % BlockRows;
        float bound = 0;
        VectorCodes.Bounds(query, block.Codes.AsSpan(at * _codeLength, _codeLength), block.Scales.AsSpan(at, 1), new Span<float>(ref bound));
        return bound;
    }

    public void Append(in StoredItem stored, ReadOnlySpan<float> vector)
    {
        int row = Count % BlockRows;
        if (row == 0)
            _blocks.Add(NewBlock(Math.Clamp(capacity - Count, 8, BlockRows)));
        else if (_blocks[^1].Scales.Length == row)
            _blocks[^1] = Grown(_blocks[^1]);
        Write(_blocks[^1], row, vector);
        _rows.Add(stored);
    }

    /// <summary>Adds a whole block of rows, whose vectors it is given to read.</summary>
    /// <param name="rows">At most <see cref="BlockRows"/>; all blocks before must be full.</param>
    /// <param name="read">Fills [rows × d].</param>
    public void AppendBlock(ReadOnlySpan<StoredItem> rows, Action<float[]> read)
    {
        RowBlock block = NewBlock(rows.Length);
        read(block.Vectors);
        for (int row = 0; row < rows.Length; row++)
            Encode(block, row);
        _blocks.Add(block);
        _rows.AddRange(rows);
    }

    public void Replace(int row, in StoredItem stored, ReadOnlySpan<float> vector)
    {
        Write(_blocks[row / BlockRows], row % BlockRows, vector);
        _rows[row] = stored;
    }

    /// <summary>Removes a row by moving the last one into its place.</summary>
    /// <returns>The item that is now at <paramref name="row"/>; null when it was the last.</returns>
    public Item? RemoveAt(int row)
    {
        int last = Count - 1;
        Item? moved = null;
        if (row != last)
        {
            moved = _rows[last].Fields;
            Replace(row, _rows[last], Vector(last));
        }
        _rows.RemoveAt(last);
        if (last % BlockRows == 0)
            _blocks.RemoveAt(_blocks.Count - 1);
        return moved;
    }

    private int RowsIn(int block) => Math.Min(BlockRows, Count - block * BlockRows);

    private void Write(in RowBlock block, int row, ReadOnlySpan<float> vector)
    {
        vector.CopyTo(block.Vectors.AsSpan(row * dimension));
        Encode(block, row);
    }

    private void Encode(in RowBlock block, int row) =>
        block.Scales[row] = VectorCodes.Encode(block.Vectors.AsSpan(row * dimension, dimension), block.Codes.AsSpan(row * _codeLength, _codeLength));

    private RowBlock NewBlock(int rows) => new(
        GC.AllocateUninitializedArray<float>(rows * dimension), GC.AllocateUninitializedArray<sbyte>(rows * _codeLength), new CodeScale[rows]);

    // By a quarter: rows that arrive one by one then cost a few copies each, and little room is left unused.
    private RowBlock Grown(in RowBlock full)
    {
        int rows = full.Scales.Length;
        RowBlock grown = NewBlock(Math.Min(BlockRows, rows + rows / 4 + 8));
        full.Vectors.CopyTo(grown.Vectors, 0);
        full.Codes.CopyTo(grown.Codes, 0);
        full.Scales.CopyTo(grown.Scales, 0);
        return grown;
    }

    /// <param name="Vectors">[rows × d].</param>
    /// <param name="Codes">[rows × length of a code].</param>
    /// <param name="Scales">[rows].</param>
    private readonly record struct RowBlock(float[] Vectors, sbyte[] Codes, CodeScale[] Scales);
}
