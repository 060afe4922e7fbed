using System.Numerics.Tensors;
using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Recommending;

public sealed partial class HybridRecommender
{
    private readonly record struct Candidate(ItemId Item, CandidateSource Source, float? TextScore);

    /// <summary>The mean of the behaviour vectors of the history's newest items, or null when none of them has one.</summary>
    /// <remarks>As the seeds do it: of the raw vectors, so an item with a long vector weighs more, and an item that comes twice counts twice.</remarks>
    private float[]? TasteVector(IReadOnlyList<ItemId> history)
    {
        if (_behavior is null)
            return null;
        float[] mean = new float[_behavior.Dimension];
        int known = 0;
        foreach (ItemId item in history.TakeLast(HistoryLength))
        {
            if (!_behavior.TryGetVector(item, out ReadOnlyMemory<float> vector))
                continue;
            TensorPrimitives.Add(mean, vector.Span, mean);
            known++;
        }
        if (known == 0)
            return null;
        TensorPrimitives.Divide(mean, known, mean);
        return mean;
    }

    private List<Recommendation> Rank(IEnumerable<Candidate> candidates, float[]? taste, int count)
    {
        IEnumerable<Recommendation> scored = candidates.Select((candidate, place) =>
        {
            float? behavior = taste is null ? null : BehaviorScore(candidate.Item, taste);
            return new Recommendation
            {
                Item = candidate.Item,
                Score = taste is null ? candidate.TextScore ?? 0 : behavior ?? 0,
                Source = candidate.Source,
                TextScore = candidate.TextScore,
                BehaviorScore = behavior,
                RetrievalRank = place + 1,
            };
        });
        // OrderBy is stable, as the seeds' sort is: equal scores keep the order of retrieval.
        if (taste is not null)
            scored = scored.OrderByDescending(r => r.Score);
        return [.. scored.Take(count).Select(r => r with { Why = Explain(r, taste is not null) })];
    }

    private float? BehaviorScore(ItemId item, float[] taste)
    {
        if (!_behavior!.TryGetVector(item, out ReadOnlyMemory<float> vector))   // ! : a taste vector comes from the behaviour model
            return null;
        float cosine = TensorPrimitives.CosineSimilarity(taste, vector.Span);
        return float.IsNaN(cosine) ? 0 : cosine;
    }

    /// <summary>The items nearest to a taste that are in the collection and match.</summary>
    private async Task<List<StoredItem>> NearestByBehaviorAsync(float[] taste, HashSet<ItemId> history, Filter? filter, int count, CancellationToken cancellationToken)
    {
        // Some neighbours are not in the catalogue or do not match, so more are fetched until enough are left.
        for (int fetched = 2 * count; ; fetched *= 4)
        {
            ItemId[] nearest = [.. _behavior!.Nearest(taste, fetched, history).Select(similar => similar.Item)];   // ! : a taste comes from the behaviour model
            List<StoredItem> found = await TakeStoredAsync(nearest, filter, count, cancellationToken).ConfigureAwait(false);
            if (found.Count == count || nearest.Length < fetched)
                return found;
        }
    }

    private async Task<IReadOnlyList<Recommendation>> MostPopularAsync(Filter? filter, int count, CancellationToken cancellationToken)
    {
        if (_behavior is null)
            return [];
        List<StoredItem> popular = await TakeStoredAsync(_behavior.Items, filter, count, cancellationToken).ConfigureAwait(false);
        return [.. popular.Select((stored, place) => new Recommendation
        {
            Item = stored.Fields.Id,
            Score = 0,
            Source = CandidateSource.Popularity,
            RetrievalRank = place + 1,
            Why = "popular; nothing is known of this user",
        })];
    }

    /// <summary>The first <paramref name="count"/> of these items that are in the collection and match, in their order.</summary>
    private async Task<List<StoredItem>> TakeStoredAsync(IReadOnlyList<ItemId> items, Filter? filter, int count, CancellationToken cancellationToken)
    {
        var taken = new List<StoredItem>(count);
        foreach (ItemId[] chunk in items.Chunk(count))
        {
            IReadOnlyDictionary<ItemId, StoredItem> rows = await _vectors.GetAsync(chunk, cancellationToken).ConfigureAwait(false);
            foreach (ItemId item in chunk)
            {
                if (rows.TryGetValue(item, out StoredItem stored) && (filter is null || filter.Matches(stored.Fields)))
                    taken.Add(stored);
                if (taken.Count == count)
                    return taken;
            }
        }
        return taken;
    }

    private static string Explain(Recommendation r, bool reranked)
    {
        string found = r.Source switch
        {
            CandidateSource.Text => $"text {r.TextScore:F3}, place {r.RetrievalRank} by text",
            CandidateSource.Behavior => "found by behaviour alone",
            _ => $"found by text ({r.TextScore:F3}) and by behaviour",
        };
        return !reranked ? found
            : r.BehaviorScore is { } behavior ? $"behaviour {behavior:F3} to the recent history; {found}"
            : $"no one has touched it yet, so the history says 0; {found}";
    }
}
