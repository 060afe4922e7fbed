using System.Runtime.InteropServices;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

/// <summary>The rows of one cell at one moment, in blocks of contiguous codes, each with its vector, which lies elsewhere. A row that was removed keeps its
/// place until the cell is made anew, but lets go of its vector.</summary>
/// <remarks>
/// <para>Immutable for whoever reads: <see cref="Append"/> and <see cref="Remove"/> give another cell, which shares the blocks with this one and may write
/// behind the rows that this one has. So only the newest one is appended to, by one writer.</para>
/// <para>Blocks, rather than one array, because a cell then grows without copying more than its last block, and a removal copies the references of one.
/// </para>
/// </remarks>
internal sealed class IvfCell
{
    public const int BlockRows = 1024;

    // So few rows that were removed are not worth a copy of the others.
    private const int FewDead = 64;

    private const int WordBits = 64;

    private readonly int _dimension;
    private readonly ReadOnlyMemory<float> _centroid;
    private readonly int _capacity;
    // All but the last are full. The last may have room for more rows than there are.
    private readonly RowBlock[] _blocks;
    private readonly ulong[]? _dead;   // a bit a row, as far as the last that was removed

    /// <param name="centroid">[d]: of the rows that will come; empty: zeros.</param>
    /// <param name="capacity">Rows that will come.</param>
    public IvfCell(int dimension, ReadOnlyMemory<float> centroid = default, int capacity = 0)
    {
        (_dimension, _centroid, _capacity, _blocks, Line) = (dimension, centroid, capacity, [], new object());
    }

    /// <summary>A cell as it was saved.</summary>
    /// <param name="rows">Their vectors may come later.</param>
    /// <param name="codes">Of each block, as <see cref="Codes"/> gives them.</param>
    public IvfCell(int dimension, ReadOnlyMemory<float> centroid, IndexedRow[] rows, ReadOnlyMemory<byte>[] codes)
        : this(dimension, centroid)
    {
        Length = rows.Length;
        _blocks = new RowBlock[codes.Length];
        for (int block = 0; block < _blocks.Length; block++)
        {
            IndexedRow[] its = rows.AsSpan(block * BlockRows, RowsIn(block)).ToArray();
            // They are only read: the block is full, and one more row makes it another.
            _blocks[block] = new(its, new CodedRows(dimension, its.Length, MemoryMarshal.AsMemory(codes[block])));
        }
    }

    private IvfCell(IvfCell of, RowBlock[] blocks, ulong[]? dead)
    {
        (_dimension, _centroid, _capacity) = (of._dimension, of._centroid, of._capacity);
        (_blocks, _dead, Line) = (blocks, dead, of.Line);
    }

    /// <summary>Rows, with those that were removed.</summary>
    public int Length { get; private init; }

    public int Dead { get; private init; }

    /// <summary>Rows that were not removed.</summary>
    public int Count => Length - Dead;

    /// <summary>The same for all cells that came of one by appending and removing: a row of any of them is the same row in every other that has it.</summary>
    public object Line { get; }

    public int Blocks => _blocks.Length;

    /// <summary>Whether a third of its rows is dead, and it is better made anew.</summary>
    public bool IsWorn => Dead > Math.Max(FewDead, Length / 3);

    public ref IndexedRow this[int row] => ref _blocks[row / BlockRows].Rows[row % BlockRows];

    public bool IsDead(int row) => _dead is { } dead && row / WordBits < dead.Length && (dead[row / WordBits] >> row % WordBits & 1) != 0;

    /// <summary>[d]: of a row that is not dead.</summary>
    public ReadOnlyMemory<float> Vector(int row) => this[row].Vector;

    /// <summary>[rows]: at least the scores of the rows from block · <see cref="BlockRows"/> on.</summary>
    /// <param name="bounds">[<see cref="BlockRows"/>]; the result is its beginning.</param>
    public ReadOnlySpan<float> Bounds(CodedQuery query, int block, Span<float> bounds)
    {
        int rows = RowsIn(block);
        _blocks[block].Codes.Bounds(query, bounds[..rows]);
        return bounds[..rows];
    }

    /// <summary>[rows]: as a rule at least the scores of the rows from block · <see cref="BlockRows"/> on, from an eighth of the bytes.</summary>
    /// <param name="bounds">[<see cref="BlockRows"/>]; the result is its beginning.</param>
    public ReadOnlySpan<float> RoughBounds(SignedQuery query, int block, Span<float> bounds)
    {
        int rows = RowsIn(block);
        _blocks[block].Codes.RoughBounds(query, _centroid.Span, bounds[..rows]);
        return bounds[..rows];
    }

    /// <summary>Likewise for several queries, of whole codes.</summary>
    /// <param name="bounds">[queries × <see cref="BlockRows"/>]; the result is [queries × rows], at its beginning.</param>
    public ReadOnlySpan<float> Bounds(ReadOnlySpan<CodedQuery> queries, int block, Span<float> bounds)
    {
        int rows = RowsIn(block);
        bounds = bounds[..(queries.Length * rows)];
        _blocks[block].Codes.Bounds(queries, rows, bounds);
        return bounds;
    }

    /// <summary>bounds[i]: at least the score of row rows[i] of those from block · <see cref="BlockRows"/> on.</summary>
    public void Bounds(CodedQuery query, int block, ReadOnlySpan<int> rows, Span<float> bounds) => _blocks[block].Codes.Bounds(query, rows, bounds);

    /// <summary>At least the score of one row.</summary>
    public float Bound(CodedQuery query, int row) => _blocks[row / BlockRows].Codes.Bound(query, row % BlockRows);

    /// <param name="added">Its vector is held, not copied.</param>
    /// <returns>The cell with the row behind all others.</returns>
    public IvfCell Append(in IndexedRow added)
    {
        int row = Length % BlockRows;
        RowBlock[] blocks = _blocks;
        if (row == 0)
            blocks = [.. blocks, NewBlock(Math.Clamp(_capacity - Length, 8, BlockRows))];
        else if (blocks[^1].Rows.Length == row)
            blocks = [.. blocks.AsSpan(0, blocks.Length - 1), Grown(blocks[^1])];
        RowBlock last = blocks[^1];
        last.Codes.Encode(row, added.Vector.Span, _centroid.Span);
        last.Rows[row] = added;
        return new(this, blocks, _dead) { Length = Length + 1, Dead = Dead };
    }

    /// <param name="own">The arrays that the caller has made since its last cell was published, and may write; the result's are added.</param>
    /// <returns>The cell with the row dead.</returns>
    public IvfCell Remove(int row, HashSet<Array> own)
    {
        ulong[]? dead = _dead;
        if (dead is null || !own.Contains(dead) || dead.Length <= row / WordBits)
        {
            dead = new ulong[(Length + WordBits - 1) / WordBits];
            _dead?.CopyTo(dead, 0);
            own.Add(dead);
        }
        dead[row / WordBits] |= 1UL << row % WordBits;

        // The last reference to a vector keeps the file that it is in.
        RowBlock[] blocks = _blocks;
        RowBlock block = blocks[row / BlockRows];
        if (!own.Contains(block.Rows))
        {
            block = block with { Rows = [.. block.Rows] };
            own.Add(block.Rows);
            blocks = [.. blocks];
            blocks[row / BlockRows] = block;
        }
        block.Rows[row % BlockRows].Vector = default;
        return new(this, blocks, dead) { Length = Length, Dead = Dead + 1 };
    }

    /// <returns>A cell of the rows that are not dead, in their order; this one where none is.</returns>
    public IvfCell WithoutDead()
    {
        if (Dead == 0)
            return this;
        var cell = new IvfCell(_dimension, _centroid, Count);
        for (int row = 0; row < Length; row++)
        {
            if (!IsDead(row))
                cell = cell.Append(this[row]);
        }
        return cell;
    }

    /// <summary>The lengths of the codes of the blocks of so many rows.</summary>
    public static IEnumerable<int> LengthsOfCodes(int dimension, int rows)
    {
        for (; rows > 0; rows -= BlockRows)
            yield return CodedRows.BytesOf(dimension, Math.Min(rows, BlockRows));
    }

    /// <summary>The codes of the rows of a block, to be saved.</summary>
    public ReadOnlySpan<byte> Codes(int block)
    {
        CodedRows codes = _blocks[block].Codes;
        return (codes.Capacity == RowsIn(block) ? codes : codes.Resized(RowsIn(block), RowsIn(block))).All;
    }

    private int RowsIn(int block) => Math.Min(BlockRows, Length - block * BlockRows);

    private RowBlock NewBlock(int rows) => new(new IndexedRow[rows], new CodedRows(_dimension, rows));

    // By a quarter: rows that arrive one by one then cost a few copies each, and little room is left unused.
    private static RowBlock Grown(RowBlock full)
    {
        int before = full.Rows.Length, rows = Math.Min(BlockRows, before + before / 4 + 8);
        var grown = new RowBlock(new IndexedRow[rows], full.Codes.Resized(before, rows));
        full.Rows.CopyTo(grown.Rows, 0);
        return grown;
    }

    /// <param name="Rows">[rows].</param>
    /// <param name="Codes">[rows].</param>
    private sealed record RowBlock(IndexedRow[] Rows, CodedRows Codes);
}
