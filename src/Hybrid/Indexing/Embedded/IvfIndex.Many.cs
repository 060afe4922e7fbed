using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

internal sealed partial class IvfIndex
{
    // Queries that look at a block of rows while it lies in the core's cache.
    private const int QueriesTogether = 16;

    // Cells that a query visits alone before, so that of the others most rows end at their bounds.
    private const int CellsAlone = 2;

    /// <summary>Each query's result as <see cref="Search(ReadOnlySpan{float}, int, Filter?, Func{Item, bool}?, Grouping?, bool, CancellationToken)"/> gives
    /// it, of the rows of one moment, on all cores.</summary>
    /// <param name="queries">Each [d], unit length.</param>
    /// <remarks>Where all rows are looked at, each block of them is read once for 16 queries.</remarks>
    public IReadOnlyList<Neighbor>[] SearchMany(IReadOnlyList<ReadOnlyMemory<float>> queries, int count, Filter? filter, Func<Item, bool>? also,
        Grouping? grouping, bool exact, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<float> query in queries)
            ThrowIfOtherDimension(query.Span, nameof(queries));
        Layout layout = _layout;
        (FilteredRows? filtered, also) = Rows(layout, filter, also);
        SearchPlan plan = Plan(layout, exact ? null : layout.Probes, count, filtered);
        int together = plan is { IsExact: true, FilterFirst: false }
            ? Math.Clamp((queries.Count + Environment.ProcessorCount - 1) / Environment.ProcessorCount, 1, QueriesTogether) : 1;
        var found = new IReadOnlyList<Neighbor>[queries.Count];
        Parallel.For(0, (queries.Count + together - 1) / together, new ParallelOptions { CancellationToken = cancellationToken }, group =>
        {
            int first = group * together, many = Math.Min(together, queries.Count - first);
            if (many == 1)
            {
                found[first] = Run(plan, layout, queries[first].Span, new NearestItems(count, grouping), filtered, also, cancellationToken);
                return;
            }
            ReadOnlyMemory<float>[] some = [.. Enumerable.Range(first, many).Select(q => queries[q])];
            NearestItems[] nearest = [.. some.Select(_ => new NearestItems(count, grouping))];
            VisitAll(layout, some, nearest, filtered, also, cancellationToken);
            for (int q = 0; q < many; q++)
                found[first + q] = nearest[q].ToNeighbors();
        });
        return found;
    }

    private static void VisitAll(Layout layout, ReadOnlyMemory<float>[] queries, NearestItems[] nearest, FilteredRows? filtered, Func<Item, bool>? also,
        CancellationToken cancellationToken)
    {
        CodedQuery[] coded = Array.ConvertAll(queries, query => new CodedQuery(query.Span));
        int[][] alone = new int[queries.Length][];
        var ranked = new long[layout.Cells.Length];
        for (int q = 0; q < queries.Length; q++)
        {
            Rank(queries[q].Span, layout.Centroids, ranked);
            alone[q] = [.. ranked.Take(CellsAlone).Select(CellOf)];
            Visit visit = Of(q);
            foreach (int cell in alone[q])
                visit.Cell(cell);
        }
        if (Searches.Enabled)
            Searches.Add(queries.Length, new KeyValuePair<string, object?>("plan", "rows"));
        Span<float> scratch = new float[VectorCodes.QueriesAtOnce * IvfCell.BlockRows];
        for (int number = 0; number < layout.Cells.Length; number++)
        {
            for (int block = 0; block < layout.Cells[number].Blocks; block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                for (int from = 0; from < queries.Length; from += VectorCodes.QueriesAtOnce)
                {
                    ReadOnlySpan<CodedQuery> some = coded.AsSpan(from, Math.Min(VectorCodes.QueriesAtOnce, queries.Length - from));
                    ReadOnlySpan<float> bounds = layout.Cells[number].Bounds(some, block, scratch);
                    int rows = bounds.Length / some.Length;
                    for (int q = from; q < from + some.Length; q++)
                    {
                        if (!alone[q].Contains(number))
                            Of(q).Block(number, block, bounds.Slice((q - from) * rows, rows));
                    }
                }
            }
        }

        Visit Of(int q) => new(layout, queries[q].Span, coded[q], nearest[q], cancellationToken) { Filtered = filtered, Also = also };
    }
}
