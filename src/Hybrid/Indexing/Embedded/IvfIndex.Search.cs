using System.Buffers;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

internal sealed partial class IvfIndex
{
    /// <summary>The nearest items of the cells nearest to the query, best first.</summary>
    /// <remarks>
    /// <para>Fewer than <paramref name="count"/> return only when fewer match: where the probed cells do not have as many, further ones are visited.</para>
    /// <para>With as many probes as there are cells, the result is that of <see cref="Scan"/>, bit for bit.</para>
    /// </remarks>
    /// <param name="query">[d], unit length.</param>
    /// <param name="count">At least 1.</param>
    /// <param name="probes">At least 1.</param>
    /// <param name="matches">Which items may return; null: all.</param>
    /// <param name="grouping">Of each group only the nearest item returns, and count counts groups; null: all return.</param>
    /// <exception cref="ArgumentException">The query has another length, or a number is out of range.</exception>
    public IReadOnlyList<Neighbor> Search(
        ReadOnlySpan<float> query, int count, int probes, Func<Item, bool>? matches, CancellationToken cancellationToken, Grouping? grouping = null)
    {
        ThrowIfOtherDimension(query);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(probes);
        Layout layout = _layout;
        var nearest = new NearestItems(count, grouping);
        var coded = new CodedQuery(query);
        int cells = layout.Cells.Length;
        long[] ranked = ArrayPool<long>.Shared.Rent(cells);
        try
        {
            Rank(query, layout.Centroids, ranked.AsSpan(0, cells));
            for (int i = 0; i < cells && (i < probes || nearest.Count < count); i++)
                ScanCell(layout.Cells[(int)(uint)ranked[i]], query, coded, matches, nearest, cancellationToken);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(ranked);
        }
        return nearest.ToNeighbors();
    }

    /// <summary>The nearest items by a look at the floats of every row, best first: what <see cref="Search"/> is measured against.</summary>
    /// <inheritdoc cref="Search"/>
    public IReadOnlyList<Neighbor> Scan(ReadOnlySpan<float> query, int count, Func<Item, bool>? matches, Grouping? grouping = null)
    {
        ThrowIfOtherDimension(query);
        var nearest = new NearestItems(count, grouping);
        Span<float> scratch = stackalloc float[IvfCell.BlockRows];
        foreach (IvfCell cell in _layout.Cells)
        {
            for (int block = 0; block < cell.Blocks; block++)
            {
                ReadOnlySpan<float> rows = cell.Block(block);
                Span<float> scores = scratch[..(rows.Length / Dimension)];
                InnerProducts.ScoreRows(query, rows, scores);
                for (int i = 0; i < scores.Length; i++)
                {
                    if (!(scores[i] >= nearest.Threshold))
                        continue;
                    Item item = cell[block * IvfCell.BlockRows + i].Fields;
                    if (matches is null || matches(item))
                        nearest.Add(Math.Clamp(scores[i], -1, 1), item);
                }
            }
        }
        return nearest.ToNeighbors();
    }

    /// <summary>Cells by descending score of their centroid, equal ones by number; the cell is in the low half of each entry.</summary>
    private static void Rank(ReadOnlySpan<float> query, ReadOnlySpan<float> centroids, Span<long> ranked)
    {
        float[] scores = ArrayPool<float>.Shared.Rent(ranked.Length);
        InnerProducts.ScoreRows(query, centroids, scores.AsSpan(0, ranked.Length));
        for (int cell = 0; cell < ranked.Length; cell++)
        {
            // The bits of a float order like the float, once those below its sign are turned round for the negative ones.
            int bits = BitConverter.SingleToInt32Bits(scores[cell]);
            int ascending = bits >= 0 ? bits : bits ^ int.MaxValue;
            ranked[cell] = ((long)~ascending << 32) | (uint)cell;
        }
        ranked.Sort();
        ArrayPool<float>.Shared.Return(scores);
    }

    private static void ScanCell(IvfCell cell, ReadOnlySpan<float> query, CodedQuery coded, Func<Item, bool>? matches, NearestItems nearest,
        CancellationToken cancellationToken)
    {
        Span<float> scratch = stackalloc float[IvfCell.BlockRows];
        for (int block = 0; block < cell.Blocks; block++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> bounds = cell.Bounds(coded, block, scratch);
            for (int i = 0; i < bounds.Length; i++)
            {
                // Most rows end here, before their floats are touched, and most others before their item is.
                if (!(bounds[i] >= nearest.Threshold))
                    continue;
                int row = block * IvfCell.BlockRows + i;
                float score = InnerProducts.Score(query, cell.Vector(row));
                if (!(score >= nearest.Threshold))
                    continue;
                Item item = cell[row].Fields;
                if (matches is null || matches(item))
                    nearest.Add(Math.Clamp(score, -1, 1), item);
            }
        }
    }
}
