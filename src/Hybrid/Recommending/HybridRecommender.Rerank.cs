using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Recommending;

public sealed partial class HybridRecommender
{
    /// <summary>The most items that are asked for at a time beyond the first.</summary>
    private const int MostChunk = 1024;

    /// <summary>The most items that match a filter which are asked for all at once.</summary>
    private const int MostFew = 4096;

    private static readonly IReadOnlySet<ItemId> NoItems = new HashSet<ItemId>();

    /// <param name="Sources">Who proposed it, the first of them first.</param>
    private sealed record Candidate(ItemId Item, IReadOnlyList<CandidateSource> Sources, float? TextScore);

    /// <summary>An item near to a taste.</summary>
    /// <param name="Rank">From 1, among those that match.</param>
    /// <param name="Vector">Its text vector; empty where there is none.</param>
    private readonly record struct BehaviorNeighbor(ItemId Item, float Score, int Rank, ReadOnlyMemory<float> Vector);

    private static Candidate ByText(Neighbor near, int place) => new(near.Item, [new(CandidateSource.Text, near.Score, place + 1)], near.Score);

    /// <summary>The mean of the behaviour vectors of the history's newest items, or null when none of them has one.</summary>
    private float[]? TasteVector(RetrievalQuery query) => MeanBehaviorVector(query.History.TakeLast(HistoryLength), query.Weights);

    /// <remarks>Of the raw vectors, as the seeds do it, so an item with a long vector weighs more, and an item that comes twice counts twice. Where every
    /// weight is 1 the mean is theirs to the bit.</remarks>
    private float[]? MeanBehaviorVector(IEnumerable<ItemId> items, IReadOnlyDictionary<ItemId, float> weights)
    {
        if (_behavior is null)
            return null;
        float[] mean = new float[_behavior.Dimension];
        float known = 0;
        foreach (ItemId item in items)
        {
            if (!_behavior.TryGetVector(item, out ReadOnlyMemory<float> vector))
                continue;
            float weight = weights.GetValueOrDefault(item, 1);
            TensorPrimitives.MultiplyAdd(vector.Span, weight, mean, mean);
            known += weight;
        }
        if (known == 0)
            return null;
        TensorPrimitives.Divide(mean, known, mean);
        // Vectors that cancel each other out leave no direction: then nothing is known.
        return mean.AsSpan().ContainsAnyExcept(0f) ? mean : null;
    }

    private async Task<IReadOnlyList<Recommendation>> RankAsync(IEnumerable<Candidate> candidates, RetrievalQuery query, float[]? taste, int count,
        CancellationToken cancellationToken)
    {
        using Activity? stage = Stages.StartActivity("rerank");
        List<Candidate> retrieved = [.. candidates];
        stage?.SetTag("hybrid.candidates", retrieved.Count);
        Func<ItemId, float>? cost = await CostOfLikenessAsync(query.Disliked, [.. retrieved.Select(c => c.Item)], byBehavior: taste is not null,
            cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<ItemId, float> mapped = taste is null || !query.MapNewItems ? NoWeights
            : await MapNewItemsAsync([.. retrieved.Select(c => c.Item)], taste, cancellationToken).ConfigureAwait(false);
        var scored = retrieved.Select((candidate, place) =>
        {
            float? behavior = taste is null ? null : BehaviorScore(candidate.Item, taste);
            if (behavior is null && mapped.TryGetValue(candidate.Item, out float byText))
                behavior = byText;
            float liked = taste is null ? candidate.TextScore ?? 0 : behavior ?? 0;
            float disliked = cost?.Invoke(candidate.Item) ?? 0;
            return (candidate, Behavior: behavior, Score: liked - disliked, Cost: disliked, Place: place + 1);
        });
        // OrderBy is stable, as the seeds' sort is: equal scores keep the order of retrieval.
        if (taste is not null || cost is not null)
            scored = scored.OrderByDescending(c => c.Score);
        var best = scored.Take(count).ToList();
        IReadOnlyDictionary<ItemId, Item> items = await DescribeAsync([.. best.Select(c => c.candidate.Item)], cancellationToken).ConfigureAwait(false);
        return [.. best.Select(c =>
        {
            var made = new Recommendation
            {
                Item = items[c.candidate.Item],
                Score = c.Score,
                Sources = c.candidate.Sources,
                TextScore = c.candidate.TextScore,
                BehaviorScore = c.Behavior,
                RetrievalRank = c.Place,
                IsMapped = mapped.ContainsKey(c.candidate.Item),
            };
            return made with { Why = Explain(made, taste is not null) + ExplainCost(c.Cost) };
        })];
    }

    // ! : a taste vector comes from the behaviour model.
    private float? BehaviorScore(ItemId item, float[] taste) => _behavior!.Score(item, taste);

    /// <summary>The cosine with the taste of those items that have no behaviour vector, by their text vectors led into its space; empty where nothing
    /// leads.</summary>
    private async Task<IReadOnlyDictionary<ItemId, float>> MapNewItemsAsync(
        IReadOnlyCollection<ItemId> items, float[] taste, CancellationToken cancellationToken)
    {
        // A map of another collection's space says nothing of this one's vectors.
        if (_behavior?.FromText is not { } map || _vectors is null || map.Source != _vectors.Space)
            return NoWeights;
        ItemId[] untouched = [.. items.Where(item => !_behavior.Contains(item))];
        if (untouched.Length == 0)
            return NoWeights;
        var scores = new Dictionary<ItemId, float>(untouched.Length);
        float[] vector = new float[map.Dimension];
        foreach ((ItemId item, StoredItem row) in await _vectors.GetAsync(untouched, withVectors: true, cancellationToken).ConfigureAwait(false))
        {
            map.Apply(row.Vector.Span, vector);
            float cosine = TensorPrimitives.CosineSimilarity(taste, vector);
            scores[item] = float.IsNaN(cosine) ? 0 : Math.Clamp(cosine, -1, 1);
        }
        return scores;
    }

    /// <summary>What an item leads to by behaviour alone, where there are no text vectors.</summary>
    private async Task<IReadOnlyList<Recommendation>> RecommendByBehaviorAsync(ItemId item, RetrievalQuery query, int count,
        CancellationToken cancellationToken)
    {
        if (MeanBehaviorVector([item], NoWeights) is not { } start)
            throw new UnknownItemException(item);
        IReadOnlyList<BehaviorNeighbor> nearest = await NearestByBehaviorAsync(start, [item], query.Filter, count * Overfetch, cancellationToken)
            .ConfigureAwait(false);
        return await RankAsync(nearest.Select(n => new Candidate(n.Item, [new(CandidateSource.Behavior, n.Score, n.Rank)], null)),
            query, TasteVector(query) ?? start, count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The items nearest to a taste that are there and match, best first.</summary>
    private async Task<IReadOnlyList<BehaviorNeighbor>> NearestByBehaviorAsync(
        float[] taste, HashSet<ItemId> history, Filter? filter, int count, CancellationToken cancellationToken)
    {
        // Some neighbours are not in the catalogue or do not match, so more are fetched until enough are left.
        IReadOnlySet<ItemId>? few = null;
        for (int fetched = 2 * count; ;)
        {
            IReadOnlyList<Neighbor> nearest = _behavior!.Nearest(taste, fetched, history);   // ! : a taste comes from the behaviour model
            List<ItemId> found = await TakeMatchingAsync(nearest.Select(n => n.Item), filter, count, cancellationToken).ConfigureAwait(false);
            if (found.Count < count && nearest.Count == fetched)
            {
                double share = (found.Count + 1) / (double)fetched;
                // Of few that match each is looked at, rather than those before it that do not.
                if (share * _behavior.Items.Count < MostFew)
                    few ??= await FindFewAsync(filter, cancellationToken).ConfigureAwait(false);
                if (few is not { Count: > 0 })
                {
                    fetched = Math.Max(4 * fetched, (int)Math.Min(2 * count / share, _behavior.Items.Count));
                    continue;
                }
                nearest = _behavior.NearestAmong(taste, count, few.Except(history));
                found = [.. nearest.Select(n => n.Item)];
            }
            Dictionary<ItemId, float> scores = nearest.ToDictionary(n => n.Item, n => n.Score);
            IReadOnlyDictionary<ItemId, StoredItem>? rows = _vectors is null ? null
                : await _vectors.GetAsync(found, withVectors: true, cancellationToken).ConfigureAwait(false);
            return [.. found.Select((item, place) => new BehaviorNeighbor(item, scores[item], place + 1, rows?.GetValueOrDefault(item).Vector ?? default))];
        }
    }

    private async Task<IReadOnlyList<Recommendation>> MostPopularAsync(RetrievalQuery query, int count, CancellationToken cancellationToken)
    {
        using Activity? stage = Stages.StartActivity("popular");
        HashSet<ItemId> history = [.. query.History];
        IEnumerable<ItemId> popular = (_popular?.Invoke() ?? _behavior?.Items ?? []).Where(item => !history.Contains(item));
        List<ItemId> found = await TakeMatchingAsync(popular, query.Filter, query.Disliked.Count == 0 ? count : count * Overfetch, cancellationToken)
            .ConfigureAwait(false);
        var best = (await OrderPopularAsync(found, query.Disliked, cancellationToken).ConfigureAwait(false)).Take(count).ToList();
        IReadOnlyDictionary<ItemId, Item> items = await DescribeAsync([.. best.Select(b => b.Item)], cancellationToken).ConfigureAwait(false);
        return [.. best.Select(b => new Recommendation
        {
            Item = items[b.Item],
            Score = b.Score,
            Sources = [new(CandidateSource.Popularity, 0, b.Place)],
            RetrievalRank = b.Place,
            Why = (query.Disliked.Count == 0 ? "popular; nothing is known of this user" : "popular; nothing is known that this user likes")
                + ExplainCost(-b.Score),
        })];
    }

    /// <summary>The first <paramref name="count"/> of these items that are there and match, in their order.</summary>
    private async Task<List<ItemId>> TakeMatchingAsync(IEnumerable<ItemId> items, Filter? filter, int count, CancellationToken cancellationToken)
    {
        var taken = new List<ItemId>(count);
        IReadOnlySet<ItemId>? few = null;
        foreach (List<ItemId> chunk in InGrowingChunks(items, count))
        {
            // One that keeps so few is asked once for all of them.
            if (chunk.Count >= MostChunk && few is null)
                few = await FindFewAsync(filter, cancellationToken).ConfigureAwait(false);
            IReadOnlyDictionary<ItemId, StoredItem>? rows = few is { Count: > 0 } ? null
                : _vectors is not null ? await _vectors.GetAsync(chunk, withVectors: false, cancellationToken).ConfigureAwait(false)
                : Describe(chunk).ToDictionary(found => found.Key, found => new StoredItem(found.Value, default));
            foreach (ItemId item in chunk)
            {
                // ! : where there are no rows, there are few.
                if (rows is null ? few!.Contains(item) : rows.TryGetValue(item, out StoredItem stored) && filter?.Matches(stored.Fields) != false)
                    taken.Add(item);
                if (taken.Count == count)
                    return taken;
            }
        }
        return taken;
    }

    /// <summary>All items of the collection that match, where they are few; none where they are not.</summary>
    private async Task<IReadOnlySet<ItemId>> FindFewAsync(Filter? filter, CancellationToken cancellationToken)
    {
        // On a server a visit to all cells may still miss rows that are not indexed yet, and a filter that it cannot check is refused: there rows are asked.
        if (filter is null || _vectors is not EmbeddedCollection)
            return NoItems;
        // Any direction will do: however far they are, all return.
        float[] any = new float[_vectors.Space.Dimension];
        any[0] = 1;
        IReadOnlyList<Neighbor> found = await _vectors.SearchAsync(
            new(any, _vectors.Space), MostFew + 1, SearchOptions.Everywhere with { Filter = filter }, cancellationToken).ConfigureAwait(false);
        return found.Count is > 0 and <= MostFew ? found.Select(n => n.Item).ToHashSet() : NoItems;
    }

    // Mostly the first chunk is enough; where many do not match, the store is still not asked a thousand times.
    private static IEnumerable<List<ItemId>> InGrowingChunks(IEnumerable<ItemId> items, int first)
    {
        int size = first;
        var chunk = new List<ItemId>(size);
        foreach (ItemId item in items)
        {
            chunk.Add(item);
            if (chunk.Count < size)
                continue;
            yield return chunk;
            size = Math.Max(size, Math.Min(2 * size, MostChunk));
            chunk = new List<ItemId>(size);
        }
        if (chunk.Count > 0)
            yield return chunk;
    }

    /// <summary>Each of these items as it is best known: by the catalogue, by the cache, by the collection, or by its id alone.</summary>
    private async Task<IReadOnlyDictionary<ItemId, Item>> DescribeAsync(IReadOnlyCollection<ItemId> ids, CancellationToken cancellationToken)
    {
        if (!_describes)
            return ids.ToDictionary(id => id, id => new Item(id));
        var described = new Dictionary<ItemId, Item>(Describe(ids));
        ItemId[] unknown = [.. ids.Where(id => !described.ContainsKey(id))];
        IReadOnlyDictionary<ItemId, StoredItem>? rows = _vectors is null || unknown.Length == 0 ? null
            : await _vectors.GetAsync(unknown, withVectors: false, cancellationToken).ConfigureAwait(false);
        foreach (ItemId id in unknown)
            described[id] = rows?.TryGetValue(id, out StoredItem row) == true ? row.Fields : new Item(id);
        return described;
    }

    private Dictionary<ItemId, Item> Describe(IReadOnlyCollection<ItemId> ids)
    {
        IReadOnlyDictionary<ItemId, Item>? known = _catalog?.Invoke(ids);
        var found = new Dictionary<ItemId, Item>(ids.Count);
        foreach (ItemId id in ids)
        {
            if (_cache.TryGetValue(id, out Item? item) || known?.TryGetValue(id, out item) == true)
                found[id] = item!;   // ! : one of the two has set it
        }
        return found;
    }

    // A person reads it, but so do programs and tests of other cultures: a point is a point.
    private static string Explain(Recommendation r, bool reranked)
    {
        string found = r.Sources switch
        {
            [{ Name: CandidateSource.Text }] => string.Create(CultureInfo.InvariantCulture, $"text {r.TextScore:F3}, place {r.RetrievalRank} by text"),
            [{ Name: CandidateSource.Behavior }] => "found by behaviour alone",
            _ => string.Create(CultureInfo.InvariantCulture, $"found by text ({r.TextScore:F3}) and by behaviour"),
        };
        return !reranked ? found
            : r.IsMapped ? string.Create(CultureInfo.InvariantCulture,
                $"no one has touched it yet; its text, led into behaviour, is at {r.BehaviorScore:F3} to the recent history; {found}")
            : r.BehaviorScore is { } behavior ? string.Create(CultureInfo.InvariantCulture, $"behaviour {behavior:F3} to the recent history; {found}")
            : $"no one has touched it yet, so the history says 0; {found}";
    }
}
