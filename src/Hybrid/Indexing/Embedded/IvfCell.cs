using Hybrid.Catalog;

namespace Hybrid.Indexing.Embedded;

/// <summary>The rows of one cell, and their vectors in blocks of contiguous floats.</summary>
/// <remarks>
/// Blocks, rather than one array, because a cell then grows without copying more than its last block, and is not limited to the longest
/// array (5.6 million rows at d = 384, which an index that was never built keeps in one cell).
/// </remarks>
internal sealed class IvfCell(int dimension, int capacity = 0)
{
    public const int BlockRows = 1024;

    // All but the last are full. The last may have room for more rows than it holds.
    private readonly List<float[]> _blocks = [];
    // Without their vectors.
    private readonly List<StoredItem> _rows = new(capacity);

    public int Count => _rows.Count;

    public int Blocks => _blocks.Count;

    /// <summary>Without its vector.</summary>
    public StoredItem this[int row] => _rows[row];

    public ReadOnlySpan<float> Vector(int row) => _blocks[row / BlockRows].AsSpan(row % BlockRows * dimension, dimension);

    /// <summary>[rows × d]: the rows from block · <see cref="BlockRows"/> on.</summary>
    public ReadOnlySpan<float> Block(int block) => _blocks[block].AsSpan(0, RowsIn(block) * dimension);

    public void Append(in StoredItem stored, ReadOnlySpan<float> vector)
    {
        int row = Count % BlockRows;
        if (row == 0)
            _blocks.Add(GC.AllocateUninitializedArray<float>(Math.Clamp(capacity - Count, 8, BlockRows) * dimension));
        else if (_blocks[^1].Length == row * dimension)
            _blocks[^1] = Grown(_blocks[^1], row);
        vector.CopyTo(_blocks[^1].AsSpan(row * dimension));
        _rows.Add(stored);
    }

    /// <summary>Adds a whole block of rows, whose vectors the caller then writes into the span returned.</summary>
    /// <param name="rows">At most <see cref="BlockRows"/>; all blocks before must be full.</param>
    public Span<float> AppendBlock(ReadOnlySpan<StoredItem> rows)
    {
        var block = GC.AllocateUninitializedArray<float>(rows.Length * dimension);
        _blocks.Add(block);
        _rows.AddRange(rows);
        return block;
    }

    public void Replace(int row, in StoredItem stored, ReadOnlySpan<float> vector)
    {
        vector.CopyTo(_blocks[row / BlockRows].AsSpan(row % BlockRows * dimension));
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

    // By a quarter: rows that arrive one by one then cost a few copies each, and little room is left unused.
    private float[] Grown(float[] block, int rows)
    {
        var grown = GC.AllocateUninitializedArray<float>(Math.Min(BlockRows, rows + rows / 4 + 8) * dimension);
        block.AsSpan(0, rows * dimension).CopyTo(grown);
        return grown;
    }
}
