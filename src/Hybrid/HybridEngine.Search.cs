using System.Diagnostics;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Records;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>The items whose texts mean most nearly what a text says, best first.</summary>
    /// <inheritdoc cref="SearchAsync(SearchQuery, CancellationToken)"/>
    public Task<IReadOnlyList<SearchResult>> SearchAsync(string text, int count = 10, CancellationToken cancellationToken = default) =>
        SearchAsync(new SearchQuery { Text = text, Count = count }, cancellationToken);

    /// <summary>The items most like one by text, best first, without itself.</summary>
    /// <inheritdoc cref="SearchAsync(SearchQuery, CancellationToken)"/>
    public Task<IReadOnlyList<SearchResult>> SimilarAsync(ItemId item, int count = 10, CancellationToken cancellationToken = default) =>
        SearchAsync(new SearchQuery { Item = item, Count = count }, cancellationToken);

    /// <summary>The items nearest to a text or to an item, best first; before them those that the text names (<see cref="SearchResult.IsExact"/>).</summary>
    /// <exception cref="ArgumentException">The query has no text and no item, or both, or a blank text; or the count, the offset or the least score is out of
    /// range.</exception>
    /// <exception cref="UnknownItemException">The records do not have the query's item.</exception>
    /// <exception cref="NotReadyException">Nothing is indexed yet, or not the query's item.</exception>
    /// <exception cref="ModelException">The encoder's model cannot be used.</exception>
    /// <exception cref="RecordsException">The records failed.</exception>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    public Task<IReadOnlyList<SearchResult>> SearchAsync(SearchQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Text is null == query.Item is null)
            throw new ArgumentException("A search starts from a text or from an item: give one of them.", nameof(query));
        if (query.Text is not null && string.IsNullOrWhiteSpace(query.Text))
            throw new ArgumentException("The query's text is blank: give some words.", nameof(query));
        VectorArguments.ThrowIfOutOfRange(query.Count, query.Offset);
        return RunAsync(async whole =>
        {
            EngineSnapshot snapshot = whole.Of(query.Variant, query.User?.Value ?? query.Text ?? query.Item?.Value, query.Segment);
            IReadOnlyList<SearchResult> found = await SearchAsync(snapshot, query, cancellationToken).ConfigureAwait(false);
            Shadow(whole, query.Variant, "search", query.Text, async (side, stop) =>
                [.. (await SearchAsync(side, query, stop).ConfigureAwait(false)).Select(one => (one.Item.Id, (double)one.Score))]);
            return found;
        }, cancellationToken);
    }

    private async Task<IReadOnlyList<SearchResult>> SearchAsync(EngineSnapshot snapshot, SearchQuery query, CancellationToken cancellationToken)
    {
        IVectorCollection items = snapshot.RequireItems();
        ReadOnlyMemory<float> vector = query.Item is { } item
            ? await VectorOfAsync(snapshot, item, cancellationToken).ConfigureAwait(false)
            : ModelOf(items.Space).QueryVector(query.Text!);   // ! : it has one of the two
        Item[] named = query.Text is { } text ? await FindNamedAsync(snapshot, text, query, cancellationToken).ConfigureAwait(false) : [];
        return await (named.Length == 0
            ? SearchAsync(snapshot, vector, query, cancellationToken)
            : SearchExactFirstAsync(named, snapshot, vector, query, cancellationToken)).ConfigureAwait(false);
    }

    private async Task<ReadOnlyMemory<float>> VectorOfAsync(EngineSnapshot snapshot, ItemId item, CancellationToken cancellationToken)
    {
        if (!snapshot.IsBorrowed && Records.Find(item) is null)
            throw new UnknownItemException(item);
        IReadOnlyDictionary<ItemId, StoredItem> rows =
            await snapshot.RequireItems().GetAsync([item], withVectors: true, cancellationToken).ConfigureAwait(false);
        return rows.TryGetValue(item, out StoredItem row) ? row.Vector
            : snapshot.IsBorrowed ? throw new UnknownItemException(item)
            : throw new NotReadyException(NotReadyReason.ItemNotIndexed, $"The item '{item}' is there, but not indexed yet", "call IndexAsync");
    }

    private async Task<IReadOnlyList<SearchResult>> SearchAsync(
        EngineSnapshot snapshot, ReadOnlyMemory<float> vector, SearchQuery query, CancellationToken cancellationToken)
    {
        IVectorCollection items = snapshot.RequireItems();
        HashSet<ItemId> left = query.Item is { } itself ? [itself] : [];
        for (bool isLast = false; ; isLast = true)
        {
            var options = new SearchOptions
            {
                Filter = VisibleIn(snapshot, query.Filter, left),
                Exclude = query.Exclude,
                MinScore = query.MinScore,
                GroupBy = query.GroupBy,
                Probes = query.Probes,
            };
            // From the first on: what the records no longer have may stand on the pages before, too, and would move this one.
            int reach = query.Offset + query.Count;
            using Activity? stage = Stages.StartActivity("search");
            IReadOnlyList<Neighbor> near = await items.SearchAsync(new(vector, items.Space), reach, options, cancellationToken).ConfigureAwait(false);
            Dictionary<ItemId, Item> known = await FindShownAsync(snapshot, near.Select(n => n.Item), query.Filter, cancellationToken).ConfigureAwait(false);
            if (known.Count == near.Count || isLast)
                return [.. near.Where(n => known.ContainsKey(n.Item)).Skip(query.Offset)
                    .Select(n => new SearchResult(known[n.Item], n.Score) { Origin = snapshot.Origin })];
            LeaveOut(left, snapshot, query.Filter, near.Select(n => n.Item).Where(item => !known.ContainsKey(item)));
        }
    }

    /// <summary>Those of the items that the records have, as they have them now, and that match: an index may hold what has changed since. Without records
    /// those that the collection has.</summary>
    private async Task<Dictionary<ItemId, Item>> FindShownAsync(
        EngineSnapshot snapshot, IEnumerable<ItemId> items, Filter? filter, CancellationToken cancellationToken)
    {
        using Activity? stage = Stages.StartActivity("read items");
        ItemId[] ids = [.. items];
        IEnumerable<KeyValuePair<ItemId, Item>> found = !snapshot.IsBorrowed || ids.Length == 0 ? Records.Find(ids)
            : snapshot.RequireItems() is IItemSource source ? await source.FindAsync(ids, cancellationToken).ConfigureAwait(false)
            : (await snapshot.RequireItems().GetAsync(ids, withVectors: false, cancellationToken).ConfigureAwait(false))
                .Select(row => KeyValuePair.Create(row.Key, row.Value.Fields));
        return found.Where(item => filter?.Matches(item.Value) != false).ToDictionary();
    }

    /// <summary>Adds, for a second look, what must not take the places of others: what has been found wrongly, and all else that would be.</summary>
    private static void LeaveOut(HashSet<ItemId> left, EngineSnapshot snapshot, Filter? filter, IEnumerable<ItemId> found)
    {
        left.UnionWith(found);
        if (filter is not null)
            left.UnionWith(snapshot.Changes.ReadWithout(snapshot.RequireItems().Name, filter.Matches));
    }

    /// <summary>A filter that keeps what the records no longer have, and some items more, from taking the places of others.</summary>
    private Filter? VisibleIn(EngineSnapshot snapshot, Filter? filter, HashSet<ItemId> left)
    {
        long change = Records.LastItemChange;
        HiddenItems? hidden = snapshot.Hidden;
        if (hidden is null || hidden.ItemChange != change)
        {
            IReadOnlyList<ItemId> removed = snapshot.Changes.ReadRemoved(snapshot.RequireItems().Name);
            snapshot.Hidden = hidden = new(change, removed.Count == 0 ? null : Filter.NotIn(removed));
        }
        return Joined(filter, hidden.Filter, left.Count == 0 ? null : Filter.NotIn(left));
    }

    private static Filter? Joined(params ReadOnlySpan<Filter?> filters)
    {
        Filter? joined = null;
        foreach (Filter? filter in filters)
            joined = joined is null || filter is null ? joined ?? filter : Filter.And(joined, filter);
        return joined;
    }
}
