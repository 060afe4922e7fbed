using System.Numerics.Tensors;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>A code that more items carry than these says too little of any of them.</summary>
    private const int MostCarriers = 100;

    /// <summary>The items that the query names, by their id or by a code in their title, before those that are near it. A least score is not asked of
    /// them.</summary>
    /// <param name="vector">The query's, [d].</param>
    private async Task<IReadOnlyList<SearchResult>> SearchExactFirstAsync(
        Item[] named, EngineSnapshot snapshot, ReadOnlyMemory<float> vector, SearchQuery query, CancellationToken cancellationToken)
    {
        // From the first on: those that come first move all others.
        SearchQuery whole = query with { Offset = 0, Count = query.Offset + query.Count };
        IReadOnlyList<SearchResult> found = await SearchAsync(snapshot, vector, whole, cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<ItemId, StoredItem> rows =
            await snapshot.RequireItems().GetAsync([.. named.Select(item => item.Id)], withVectors: true, cancellationToken).ConfigureAwait(false);
        IEnumerable<SearchResult> exact = named.Where(item => rows.ContainsKey(item.Id))
            .Select(item => new SearchResult(item, Math.Clamp(TensorPrimitives.Dot(vector.Span, rows[item.Id].Vector.Span), -1, 1))
            {
                IsExact = true,
                Origin = snapshot.Origin,
            })
            .OrderByDescending(result => result.Score).ThenBy(result => result.Item.Id);
        IEnumerable<SearchResult> all = exact.Concat(found).DistinctBy(result => result.Item.Id);
        if (query.GroupBy is { } field)
            all = all.DistinctBy(result => new Grouping(field).Of(result.Item));
        return [.. all.Skip(query.Offset).Take(query.Count)];
    }

    /// <summary>The items, as they are now, whose id is the query or a code in it, or whose title has such a code.</summary>
    private async Task<Item[]> FindNamedAsync(EngineSnapshot snapshot, string text, SearchQuery query, CancellationToken cancellationToken)
    {
        IReadOnlyCollection<string> codes = CodeWords.NamedBy(text);
        HashSet<ItemId> ids = [.. codes.Append(text.Trim()).SelectMany(IdsOf)];
        HashSet<string> forms = [.. codes.Select(CodeWords.FormOf)];
        HashSet<ItemId> carriers = [];
        foreach (string form in forms)
        {
            IReadOnlyList<ItemId> carry = Records.Codes.Find(form, MostCarriers + 1);
            if (carry.Count <= MostCarriers)
                carriers.UnionWith(carry);
        }
        // A title may be another since it was indexed.
        Dictionary<ItemId, Item> shown = await FindShownAsync(snapshot, ids.Union(carriers).Except(query.Exclude ?? []), query.Filter, cancellationToken)
            .ConfigureAwait(false);
        return [.. shown.Values
            .Where(item => ids.Contains(item.Id) || CodeWords.Of(MarkupText.Plain(item.Title)).Any(forms.Contains))];
    }

    /// <summary>The ids that a word may mean: itself, or in one case.</summary>
    private static IEnumerable<ItemId> IdsOf(string word)
    {
        foreach (string id in (string[])[word, word.ToUpperInvariant(), word.ToLowerInvariant()])
        {
            if (ItemId.TryParse(id, null, out ItemId item))
                yield return item;
        }
    }
}
