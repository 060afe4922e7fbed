using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Filters;
using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>Searches of one collection, with what the server does not do done on what it finds: ties by id, groups, and conditions that it cannot
/// check.</summary>
/// <remarks>Asks for as many rows as may be enough, and for more where they were not, up to what a server gives at once.</remarks>
internal sealed class NearestRows(StoreCalls calls, SearchedFields fields, ConsistencyLevel consistency)
{
    /// <summary>The vectors of one message: 100 MB of answers at the most rows are still far away.</summary>
    private const int QueriesAtOnce = 256;

    private static readonly string[] NoFields = [];

    public async Task<IReadOnlyList<IReadOnlyList<Neighbor>>> SearchAsync(
        IReadOnlyList<QueryVector> queries, int count, SearchOptions options, Probing probing, CancellationToken cancellationToken)
    {
        ServerFilter pushed = fields.Say(options.Filter, options.Exclude ?? []);
        var wanted = new Wanted(count + options.Offset, options, pushed.Text, pushed.IsExact ? null : options.Filter,
            options.GroupBy is { } by ? new Grouping(by) : null, Math.Min(options.Probes ?? probing.Probes, probing.Cells), probing.Cells);
        var found = new IReadOnlyList<Neighbor>[queries.Count];
        for (int start = 0; start < found.Length; start += QueriesAtOnce)
        {
            int some = Math.Min(QueriesAtOnce, found.Length - start);
            Row[][] rows = await AskAsync([.. queries.Skip(start).Take(some)], wanted, wanted.FirstLimit, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < some; i++)
            {
                List<Neighbor> best = await BestAsync(queries[start + i], wanted, rows[i], cancellationToken).ConfigureAwait(false);
                found[start + i] = [.. best.TakeWhile(n => !(n.Score < options.MinScore)).Skip(options.Offset).Take(count)];
            }
        }
        return found;
    }

    /// <summary>The best for one query, more of them asked for as long as those that are there do not settle them.</summary>
    private async Task<List<Neighbor>> BestAsync(QueryVector query, Wanted wanted, Row[] rows, CancellationToken cancellationToken)
    {
        int limit = wanted.FirstLimit;
        var before = new List<Neighbor>();
        while (true)
        {
            List<Row> kept = wanted.Keep(rows);
            bool isAll = rows.Length < limit;
            // As many as are wanted, and a worse one behind them: no equal score of a lesser id can be outside.
            bool isSettled = before.Count + kept.Count >= wanted.Count && (isAll || limit == VectorArguments.MaxCount
                || before.Count + kept.Count > 0 && kept.Count > 0 && kept[Math.Min(kept.Count, wanted.Count - before.Count) - 1].Score > rows[^1].Score);
            if (isSettled || wanted.IsBelow(rows))
                return Neighbors(kept);
            if (isAll)
            {
                // The probed cells have no more. Where so few rows came, all cells are not dear.
                if (wanted.Probes >= wanted.Cells || wanted.Options.Probes is not null)
                    return Neighbors(kept);
                wanted = wanted with { Probes = wanted.Cells };
            }
            else if (limit < VectorArguments.MaxCount)
            {
                limit = Math.Min(VectorArguments.MaxCount, limit * 4);
            }
            else if (wanted.Groups is { } grouping)
            {
                // A flood of few groups: go on among all others.
                before = Neighbors(kept);
                wanted = wanted.Without(kept, grouping, calls);
            }
            else
            {
                throw calls.Failure("search", $"of the nearest {VectorArguments.MaxCount} rows only {kept.Count} match the filter, and the server "
                    + $"cannot check all of it: "
                    + $"'{wanted.Options.Filter}'. Ask for fewer, or add a condition that it can check (==, <, in, like \"beginning%\", json_contains, "
                        + $"exists).");
            }
            rows = (await AskAsync([query], wanted, limit, cancellationToken).ConfigureAwait(false))[0];
        }

        List<Neighbor> Neighbors(List<Row> kept) => [.. before, .. kept.Select(row => new Neighbor(row.Item.Id, row.Score))];
    }

    private async Task<Row[][]> AskAsync(QueryVector[] queries, Wanted wanted, int limit, CancellationToken cancellationToken)
    {
        int dimension = queries[0].Vector.Length;
        ReadOnlyMemory<float> vectors = queries.Length == 1 ? queries[0].Vector : queries.SelectMany(query => query.Vector.ToArray()).ToArray();
        SearchHits hits = await calls.Client.SearchAsync(new SearchRequest(fields.Physical, vectors, dimension, limit)
        {
            Field = fields.Vector,
            Metric = fields.Metric,
            Filter = wanted.Filter,
            Probes = wanted.Cells > 1 ? wanted.Probes : null,
            OutputFields = wanted.NeedsItems ? fields.Items : NoFields,
            Consistency = consistency,
        }, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ItemId> keys = SearchedFields.KeysOf(hits.Keys);
        IReadOnlyList<Item> items = wanted.NeedsItems && fields.Items.Count > 0 ? RowColumns.Items(keys, hits.Fields) : [.. keys.Select(key => new Item(key))];
        return [.. Enumerable.Range(0, queries.Length).Select(query => RowsOf(hits, items, hits.Of(query)))];
    }

    /// <summary>Best first, equal scores by id; a row that a server holds twice for a moment comes once.</summary>
    private Row[] RowsOf(SearchHits hits, IReadOnlyList<Item> items, Range range)
    {
        (int start, int length) = range.GetOffsetAndLength(items.Count);
        var rows = new Row[length];
        for (int i = 0; i < length; i++)
            rows[i] = new Row(items[start + i], fields.CosineOf(hits.Scores.Span[start + i]));
        Array.Sort(rows, static (a, b) => a.Score != b.Score ? b.Score.CompareTo(a.Score) : a.Item.Id.CompareTo(b.Item.Id));
        return rows;
    }

    private readonly record struct Row(Item Item, float Score);

    /// <summary>What is looked for.</summary>
    /// <param name="Count">Those passed over included.</param>
    /// <param name="Filter">What the server checks.</param>
    /// <param name="Rest">What is checked here; null where the server checks all.</param>
    private sealed record Wanted(int Count, SearchOptions Options, string Filter, Filter? Rest, Grouping? Groups, int Probes, int Cells)
    {
        public bool NeedsItems => Rest is not null || Groups is not null;

        /// <summary>One more than wanted, to see whether the last has equals; several times more where many may not count.</summary>
        public int FirstLimit => Math.Min(VectorArguments.MaxCount, NeedsItems ? Count * 4 + 16 : Count + 1);

        /// <summary>Whether what is still to come is under the least score.</summary>
        public bool IsBelow(Row[] rows) => Options.MinScore is { } least && rows.Length > 0 && rows[^1].Score < least;

        public List<Row> Keep(Row[] rows)
        {
            IEnumerable<Row> kept = rows.DistinctBy(row => row.Item.Id);
            if (Rest is { } rest)
                kept = kept.Where(row => rest.Matches(row.Item));
            if (Groups is { } grouping)
                kept = kept.DistinctBy(row => grouping.Of(row.Item));
            return [.. kept.Take(Count)];
        }

        /// <summary>The same among the rows of other groups than these.</summary>
        public Wanted Without(List<Row> kept, Grouping grouping, StoreCalls calls)
        {
            FilterNode[] others = [.. kept.Select(row => grouping.Exclude(row.Item))];
            ServerFilter filter = ServerFilter.Of(ChainNode.Of(all: true, others));
            if (!filter.IsExact)
            {
                throw calls.Failure("search", $"of the nearest {VectorArguments.MaxCount} rows only {kept.Count} groups came, and the server cannot "
                    + $"leave these out. "
                    + "Ask for fewer, or group by another field.");
            }
            return this with { Filter = Filter.Length == 0 ? filter.Text : $"({Filter} and {filter.Text})" };
        }
    }
}
