using System.Buffers;
using System.Diagnostics.Metrics;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing.Embedded;

internal sealed partial class IvfIndex
{
    // Longer expressions are not kept with what is known of them: they would hardly come again.
    private const int MostKeptText = 1_000;

    private static readonly Counter<long> Searches = new Meter("Hybrid.Indexing").CreateCounter<long>(
        "hybrid.index.searches", "{search}", "Planned searches of the embedded index, by plan: all rows, those matching, those of some cells.");

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
        var nearest = new NearestItems(count, grouping);
        var visit = new Visit(_layout, query, SearchScratch.For(query).Coded, nearest, cancellationToken) { Also = matches };
        visit.Nearest(atLeast: probes);
        return nearest.ToNeighbors();
    }

    /// <summary>The nearest items, best first, by the cheapest plan that finds at least <see cref="IvfDefaults.Recall"/> of them.</summary>
    /// <remarks>Fewer than <paramref name="count"/> return only when fewer match. Until it was built with more than <see cref="MostExactRows"/> rows, the
    /// result is that of <see cref="Scan"/>, bit for bit.</remarks>
    /// <param name="filter">Which items may return; null: all.</param>
    /// <param name="also">What else they must be; null: nothing.</param>
    /// <param name="exact">Whether the result must be that of <see cref="Scan"/> whatever the index's size.</param>
    /// <inheritdoc cref="Search(ReadOnlySpan{float}, int, int, Func{Item, bool}, CancellationToken, Grouping)"/>
    public IReadOnlyList<Neighbor> Search(ReadOnlySpan<float> query, int count, Filter? filter, Func<Item, bool>? also, Grouping? grouping, bool exact,
        CancellationToken cancellationToken)
    {
        ThrowIfOtherDimension(query);
        Layout layout = _layout;
        (FilteredRows? filtered, also) = Rows(layout, filter, also);
        SearchPlan plan = Plan(layout, exact ? null : layout.Probes, count, filtered);
        return Run(plan, layout, query, new NearestItems(count, grouping), filtered, also, cancellationToken);
    }

    private static Neighbor[] Run(SearchPlan plan, Layout layout, ReadOnlySpan<float> query, NearestItems nearest, FilteredRows? filtered,
        Func<Item, bool>? also, CancellationToken cancellationToken)
    {
        SearchScratch scratch = SearchScratch.For(query);
        var visit = new Visit(layout, query, scratch.Coded, nearest, cancellationToken)
        {
            Recall = plan.IsExact ? null : layout.Probes,
            Scratch = scratch,
            Filtered = filtered,
            Also = also,
        };
        if (Searches.Enabled)
            Searches.Add(1, new KeyValuePair<string, object?>("plan", plan.Name));
        if (plan.FilterFirst)
            visit.Matching();
        else
            visit.Nearest(atLeast: plan.IsExact ? int.MaxValue : 1);
        return nearest.ToNeighbors();
    }

    /// <summary>The nearest items by a look at the floats of every row, best first: what <see cref="Search(ReadOnlySpan{float}, int, int, Func{Item, bool},
    /// CancellationToken, Grouping)"/> is measured against.</summary>
    /// <inheritdoc cref="Search(ReadOnlySpan{float}, int, int, Func{Item, bool}, CancellationToken, Grouping)"/>
    public IReadOnlyList<Neighbor> Scan(ReadOnlySpan<float> query, int count, Func<Item, bool>? matches, Grouping? grouping = null)
    {
        ThrowIfOtherDimension(query);
        var nearest = new NearestItems(count, grouping);
        foreach (IvfCell cell in _layout.Cells)
        {
            for (int row = 0; row < cell.Length; row++)
            {
                if (cell.IsDead(row))
                    continue;
                float score = InnerProducts.Score(query, cell.Vector(row).Span);
                // Turned round, so that NaN ends here too.
                if (!(score >= nearest.Threshold))
                    continue;
                if (matches is null || matches(cell[row].Fields))
                    nearest.Add(Math.Clamp(score, -1, 1), cell, row);
            }
        }
        return nearest.ToNeighbors();
    }

    /// <summary>What is known of the rows by an expression; what else they have to be.</summary>
    private static (FilteredRows?, Func<Item, bool>?) Rows(Layout layout, Filter? filter, Func<Item, bool>? also)
    {
        if (filter is null)
            return (null, also);
        // Sets of ids come new with every call, and are asked in a moment.
        Filter[] parsed = [.. filter.Parts.Where(part => part.Expression is not null)];
        Filter[] others = [.. filter.Parts.Where(part => part.Expression is null)];
        if (others.Length > 0)
        {
            Func<Item, bool>? more = also;
            also = item =>
            {
                foreach (Filter other in others)
                {
                    if (!other.Matches(item))
                        return false;
                }
                return more?.Invoke(item) != false;
            };
        }
        if (parsed.Length == 0)
            return (null, also);
        Filter joined = parsed.Length == 1 ? parsed[0] : Filter.And(parsed);
        FilteredRows Make() => new(layout.Cells.Length, joined.Matches);
        return (parsed.Sum(part => (long)part.Expression!.Length) > MostKeptText   // ! : those that have one
            ? Make()
            : layout.Filters.Get(parsed.Length == 1 ? parsed[0].Expression! : string.Join('\0', parsed.Select(part => part.Expression)), Make), also);
    }

    private static SearchPlan Plan(Layout layout, RecallProbes? probes, int count, FilteredRows? filtered)
    {
        int rows = layout.Count;
        bool isExact = probes is null;
        if (filtered is null || rows == 0)
            return SearchPlan.Unfiltered(isExact);
        (double share, int unasked) = filtered.Summarize(layout.Cells);
        int depth = (int)Math.Min(rows, count / share);
        double visited = probes is null ? rows : rows * (double)probes.For(Math.Max(1, depth)) / layout.Cells.Length;
        return SearchPlan.Filtered(isExact, rows, visited, count, share, unasked, filtered.Use());
    }

    private static int CellOf(long ranked) => (int)(uint)ranked;

    /// <summary>Cells by descending score of their centroid, equal ones by number; <see cref="CellOf"/> has the cell.</summary>
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
}
