using System.Buffers;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

internal sealed partial class IvfIndex
{
    /// <summary>Of a depth, rows are counted whose score is in the same hundredth or a better one.</summary>
    public const int ScoreSteps = 100;

    /// <summary>One search's way through the rows of an index.</summary>
    private readonly ref struct Visit(Layout layout, ReadOnlySpan<float> query, CodedQuery coded, NearestItems nearest, CancellationToken cancellationToken)
    {
        private readonly ReadOnlySpan<float> _query = query;

        /// <summary>How many cells <see cref="Nearest"/> visits for as many rows as were seen, whether they match or not, that are as near as the last item
        /// found; null: no more than it is told.</summary>
        public RecallProbes? Recall { get; init; }

        /// <summary>Of the same query; there where a recall is.</summary>
        public SearchScratch? Scratch { get; init; }

        public FilteredRows? Filtered { get; init; }

        public Func<Item, bool>? Also { get; init; }

        /// <summary>Visits cells from the nearest on, until as many items are found as were asked for.</summary>
        /// <param name="atLeast">Cells that are visited all the same.</param>
        public void Nearest(int atLeast)
        {
            int cells = layout.Cells.Length;
            long[] ranked = ArrayPool<long>.Shared.Rent(cells);
            Rank(_query, layout.Centroids, ranked.AsSpan(0, cells));
            SignedQuery? signed = Recall is null ? null : Scratch!.Signed(_query);   // ! : it is there with a recall
            for (int i = 0; i < cells && (i < atLeast || !nearest.IsFull || i < Recall?.For(Depth())); i++)
            {
                if (signed is null)
                    Cell(CellOf(ranked[i]));
                else
                    Cell(CellOf(ranked[i]), signed);
            }
            ArrayPool<long>.Shared.Return(ranked);
        }

        /// <summary>Visits the rows that match, of all cells: from the nearest on, so that those of the others soon end at their codes.</summary>
        public void Matching()
        {
            int cells = layout.Cells.Length;
            long[] ranked = ArrayPool<long>.Shared.Rent(cells);
            Rank(_query, layout.Centroids, ranked.AsSpan(0, cells));
            foreach (long one in ranked.AsSpan(0, cells))
            {
                cancellationToken.ThrowIfCancellationRequested();
                int number = CellOf(one);
                IvfCell cell = layout.Cells[number];
                // ! : that is the plan of a search with a filter.
                for (int row = Filtered!.Next(cell, number, 0); row >= 0; row = Filtered.Next(cell, number, row + 1))
                {
                    if (cell.Bound(coded, row) >= nearest.Threshold)
                        Add(number, row);
                }
            }
            ArrayPool<long>.Shared.Return(ranked);
        }

        public void Cell(int number)
        {
            IvfCell cell = layout.Cells[number];
            Span<float> scratch = stackalloc float[IvfCell.BlockRows];
            for (int block = 0; block < cell.Blocks; block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Block(number, block, cell.Bounds(coded, block, scratch));
            }
        }

        /// <summary>Most rows by their signs alone.</summary>
        private void Cell(int number, SignedQuery signed)
        {
            IvfCell cell = layout.Cells[number];
            Span<float> rough = stackalloc float[IvfCell.BlockRows], bounds = stackalloc float[IvfCell.BlockRows];
            Span<int> rows = stackalloc int[IvfCell.BlockRows];
            for (int block = 0; block < cell.Blocks; block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<float> all = cell.RoughBounds(signed, block, rough);
                int left = 0;
                for (int i = 0; Next(all, ref i); i++)
                    rows[left++] = i;
                cell.Bounds(coded, block, rows[..left], bounds);
                for (int i = 0; i < left; i++)
                {
                    if (bounds[i] >= nearest.Threshold)
                        Add(number, block * IvfCell.BlockRows + rows[i]);
                }
            }
        }

        /// <param name="bounds">[rows of the block].</param>
        public void Block(int number, int block, ReadOnlySpan<float> bounds)
        {
            for (int i = 0; Next(bounds, ref i); i++)
                Add(number, block * IvfCell.BlockRows + i);
        }

        /// <summary>The next row, from i on, that can be among the nearest by its bound: most cannot, and end here before their floats are touched.</summary>
        private bool Next(ReadOnlySpan<float> bounds, ref int i) => HighScores.Next(bounds, nearest.Threshold, ref i);

        private void Add(int number, int row)
        {
            IvfCell cell = layout.Cells[number];
            if (cell.IsDead(row))
                return;
            float score = InnerProducts.Score(_query, cell.Vector(row).Span);
            if (!(score >= nearest.Threshold))
                return;
            score = Math.Clamp(score, -1, 1);
            if (Recall is not null)
                Scratch!.Seen[Step(score)]++;   // ! : as above
            if (Filtered?.Matches(cell, number, row) == false)
                return;
            if (Also is null || Also(cell[row].Fields))
                nearest.Add(score, cell, row);
        }

        private int Depth()
        {
            int rows = 0;
            foreach (int seen in Scratch!.Seen.AsSpan(Step(Math.Clamp(nearest.Threshold, -1, 1))))   // ! : asked with a recall alone
                rows += seen;
            return rows;
        }

        private static int Step(float score) => (int)((score + 1) * ScoreSteps);
    }
}
