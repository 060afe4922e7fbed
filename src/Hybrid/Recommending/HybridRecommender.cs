using System.Collections.Concurrent;
using System.Diagnostics;
using System.Numerics.Tensors;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Recommending;

/// <summary>Retrieves candidates by text and reranks them by what the user did last.</summary>
/// <remarks>
/// <para>With a text or an item: the nearest <see cref="Overfetch"/> × count items by cosine; with a history, these are reordered by the cosine of their
/// behaviour vector with the mean of the behaviour vectors of the last <see cref="HistoryLength"/> items of the history. An item that no one has touched
/// scores 0; equal scores keep the order of retrieval; a history of which nothing is known changes nothing. Items of the history, and the item one starts
/// from, may come back: exclude them with a filter.</para>
/// <para>With a history alone: candidates are the nearest to its mean by behaviour and by text, without the history itself, in the same order.</para>
/// <para>With neither a query nor a history that is known: the most popular items.</para>
/// <para>Threads: every member may be called concurrently. It goes on with the collection and the model it was given; what is
/// indexed and trained later is for a new one.</para>
/// </remarks>
public sealed partial class HybridRecommender
{
    /// <summary>Candidates fetched for each one returned.</summary>
    public const int Overfetch = 3;

    /// <summary>How many of a history's newest items count.</summary>
    public const int HistoryLength = 5;

    /// <summary>The most that one call returns.</summary>
    public const int MaxCount = VectorArguments.MaxCount / Overfetch;

    /// <summary>The stages of a recommendation, for whoever traces it. They name no user and no item.</summary>
    private static readonly ActivitySource Stages = new("Hybrid.Recommending");

    private readonly TextEncoder? _encoder;
    private readonly ItemTextTemplate _template;
    private readonly IVectorCollection? _vectors;
    private readonly Item2VecModel? _behavior;
    private readonly Func<IReadOnlyCollection<ItemId>, IReadOnlyDictionary<ItemId, Item>>? _catalog;
    private readonly Func<IReadOnlyList<ItemId>>? _popular;
    private readonly Func<string, float[]>? _queryVector;
    private readonly LegacyBlend? _blend;
    private readonly bool _describes;
    private readonly ConcurrentDictionary<ItemId, Item> _cache = new();

    /// <param name="vectors">The items' text vectors, in the space of <paramref name="encoder"/> and <paramref name="template"/>.</param>
    /// <param name="behavior">Behaviour vectors; null: nothing is reranked.</param>
    /// <param name="catalog">Finds items: those that are neither indexed nor in the cache, and the title and text of what is returned; null: such items are
    /// unknown.</param>
    /// <param name="template">Makes the text of an item that has no vector yet; null: the default template.</param>
    /// <exception cref="ArgumentException">The vectors are in another space than the encoder's.</exception>
    public HybridRecommender(
        TextEncoder encoder, IVectorCollection vectors, Item2VecModel? behavior = null,
        Func<IReadOnlyCollection<ItemId>, IReadOnlyDictionary<ItemId, Item>>? catalog = null, ItemTextTemplate? template = null)
        : this(encoder, vectors, behavior, catalog, template, blend: null)
    {
    }

    private HybridRecommender(TextEncoder encoder, IVectorCollection vectors, Item2VecModel? behavior,
        Func<IReadOnlyCollection<ItemId>, IReadOnlyDictionary<ItemId, Item>>? catalog, ItemTextTemplate? template, LegacyBlend? blend)
        : this(behavior, catalog, popular: null)
    {
        _describes = true;
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(vectors);
        _template = template ?? ItemTextTemplate.Default;
        if ((blend?.Blend.Space ?? encoder.SpaceFor(_template)) is var space && space != vectors.Space)
        {
            throw new ArgumentException(
                $"{vectors.Name} holds vectors of {vectors.Space}, the encoder makes vectors of {space}: use that model and template, "
                + "or index the items again.", nameof(vectors));
        }
        _encoder = encoder;
        _vectors = vectors;
        _blend = blend;
    }

    /// <summary>A recommender that knows no texts: it answers by behaviour, and by popularity. What it returns has ids alone: the caller reads the items.
    /// </summary>
    /// <param name="popular">The items with events, the most popular first; null: as <paramref name="behavior"/> counted them.</param>
    internal HybridRecommender(
        Item2VecModel? behavior, Func<IReadOnlyCollection<ItemId>, IReadOnlyDictionary<ItemId, Item>>? catalog, Func<IReadOnlyList<ItemId>>? popular)
    {
        _template = ItemTextTemplate.Default;
        _behavior = behavior;
        _catalog = catalog;
        _popular = popular;
        _describes = false;
    }

    /// <summary>As the public constructor, with popularity counted by the caller, who also reads the items: what returns has ids alone.</summary>
    /// <param name="queryVector">Gives the vector of a query in place of the encoder.</param>
    /// <param name="blend">What the vectors are blended with; null: nothing.</param>
    internal HybridRecommender(
        TextEncoder encoder, IVectorCollection vectors, Item2VecModel? behavior,
        Func<IReadOnlyCollection<ItemId>, IReadOnlyDictionary<ItemId, Item>> catalog, ItemTextTemplate template, Func<IReadOnlyList<ItemId>> popular,
        Func<string, float[]> queryVector, LegacyBlend? blend = null)
        : this(encoder, vectors, behavior, catalog, template, blend) => (_popular, _queryVector, _describes) = (popular, queryVector, false);

    /// <summary>Keeps these items at hand, so that they are known by id without the catalogue.</summary>
    public async Task WarmupCacheAsync(IAsyncEnumerable<Item> items, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        await foreach (Item item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
            _cache[item.Id] = item;
    }

    /// <inheritdoc cref="WarmupCacheAsync(IAsyncEnumerable{Item}, CancellationToken)"/>
    public Task WarmupCacheAsync(IEnumerable<Item> items, CancellationToken cancellationToken = default) =>
        WarmupCacheAsync(items.ToAsyncEnumerable(), cancellationToken);

    /// <summary>The vector of an item, if the catalogue knows that id, otherwise of the text itself.</summary>
    /// <returns>[d], unit length.</returns>
    /// <exception cref="ArgumentException">It is blank.</exception>
    public async Task<ReadOnlyMemory<float>> GetEmbeddingAsync(string itemIdOrText, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(itemIdOrText);
        return ItemId.TryParse(itemIdOrText, null, out ItemId id) && await FindVectorAsync(id, cancellationToken).ConfigureAwait(false) is { } vector
            ? vector
            : QueryVector(itemIdOrText);
    }

    /// <summary>The best items for an item id or a text, reranked by a history if one is given: the call of the system this one was modelled on, preset
    /// Classic.</summary>
    /// <inheritdoc cref="RecommendAsync(RetrievalQuery, int, CancellationToken)"/>
    public async Task<IReadOnlyList<Recommendation>> RecommendAsync(
        string itemIdOrText, int count = 10, IReadOnlyList<ItemId>? history = null, CancellationToken cancellationToken = default)
    {
        ThrowIfOutOfRange(count);
        ReadOnlyMemory<float> vector = await GetEmbeddingAsync(itemIdOrText, cancellationToken).ConfigureAwait(false);
        return await RecommendAsync(vector, new RetrievalQuery { History = history ?? [] }, count, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The best items for a query, best first.</summary>
    /// <param name="count">1 … <see cref="MaxCount"/>; fewer items return when fewer match.</param>
    /// <exception cref="ArgumentException">The query has both a text and an item, a blank text, or the count is out of range.</exception>
    /// <exception cref="UnknownItemException">The catalogue does not know the query's item.</exception>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    public async Task<IReadOnlyList<Recommendation>> RecommendAsync(RetrievalQuery query, int count = 10, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ThrowIfNotValid(query, count);
        switch (query)
        {
            case { Item: { } item } when _vectors is null:
                return await RecommendByBehaviorAsync(item, query, count, cancellationToken).ConfigureAwait(false);
            case { Item: { } item }:
                ReadOnlyMemory<float> itemVector = await FindVectorAsync(item, cancellationToken).ConfigureAwait(false) ?? throw new UnknownItemException(item);
                return await RecommendAsync(itemVector, query, count, cancellationToken).ConfigureAwait(false);
            case { Text: { } text }:
                return await RecommendAsync(QueryVector(text), query, count, cancellationToken).ConfigureAwait(false);
            default:
                return await RecommendFromHistoryAsync(query, count, cancellationToken).ConfigureAwait(false);
        }
    }

    private float[] QueryVector(string text) => _queryVector?.Invoke(text) ?? Encoder.Encode(text, TextRole.Query);

    // ! : only a recommender without vectors has no encoder, and that one is asked by behaviour alone.
    private TextEncoder Encoder => _encoder!;

    /// <exception cref="ArgumentException">The query has both a text and an item, a blank text, or the count is out of range.</exception>
    internal static void ThrowIfNotValid(RetrievalQuery query, int count)
    {
        if (query is { Text: not null, Item: not null })
            throw new ArgumentException($"The query starts from the text '{query.Text}' and from the item {query.Item}: give one of them.", nameof(query));
        if (query.Text is not null && string.IsNullOrWhiteSpace(query.Text))
            throw new ArgumentException("The query's text is blank: give some words, an item or a history.", nameof(query));
        ThrowIfOutOfRange(count);
    }

    private static void ThrowIfOutOfRange(int count)
    {
        if (count is < 1 or > MaxCount)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A recommendation has 1 to {MaxCount} items, not {count}.");
    }

    private async Task<IReadOnlyList<Recommendation>> RecommendAsync(ReadOnlyMemory<float> vector, RetrievalQuery query, int count,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<Neighbor> neighbors = await SearchAsync(vector, query, query.Filter, count, cancellationToken).ConfigureAwait(false);
        return await RankAsync(neighbors.Select(ByText), query, TasteVector(query), count, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Recommendation>> RecommendFromHistoryAsync(RetrievalQuery query, int count, CancellationToken cancellationToken)
    {
        float[]? taste = TasteVector(query);
        ReadOnlyMemory<float>? text = await MeanTextVectorAsync([.. query.History.TakeLast(HistoryLength)], query.Weights, cancellationToken)
            .ConfigureAwait(false);
        if (taste is null && text is null)
            return await MostPopularAsync(query, count, cancellationToken).ConfigureAwait(false);

        // Nobody wants back what they have just had: without a query to answer, the history itself is no candidate.
        HashSet<ItemId> history = [.. query.History];
        var candidates = new Dictionary<ItemId, Candidate>();
        if (text is { } meanText)
        {
            Filter notInHistory = Filter.NotIn(history);
            Filter filter = query.Filter is null ? notInHistory : Filter.And(query.Filter, notInHistory);
            foreach (Candidate near in (await SearchAsync(meanText, query, filter, count, cancellationToken).ConfigureAwait(false)).Select(ByText))
                candidates[near.Item] = near;
        }
        if (taste is not null)
        {
            IReadOnlyList<BehaviorNeighbor> nearest = await NearestByBehaviorAsync(taste, history, query.Filter, count * Overfetch, cancellationToken)
                .ConfigureAwait(false);
            foreach (BehaviorNeighbor near in nearest)
            {
                var source = new CandidateSource(CandidateSource.Behavior, near.Score, near.Rank);
                candidates[near.Item] = candidates.TryGetValue(near.Item, out Candidate? found)
                    ? found with { Sources = [.. found.Sources, source] }
                    : new Candidate(near.Item, [source], text is { } mean && !near.Vector.IsEmpty ? TensorPrimitives.Dot(mean.Span, near.Vector.Span) : null);
            }
        }
        return await RankAsync(candidates.Values, query, taste, count, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Neighbor>> SearchAsync(ReadOnlyMemory<float> vector, RetrievalQuery query, Filter? filter, int count,
        CancellationToken cancellationToken)
    {
        using Activity? stage = Stages.StartActivity("retrieve");
        // ! : whoever has a text vector has a collection.
        return await _vectors!.SearchAsync(new(vector, _vectors.Space), count * Overfetch, new SearchOptions { Filter = filter, Probes = query.Probes },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The unit mean of the text vectors of some items, or null when none of them has one.</summary>
    private async Task<ReadOnlyMemory<float>?> MeanTextVectorAsync(
        IReadOnlyList<ItemId> items, IReadOnlyDictionary<ItemId, float> weights, CancellationToken cancellationToken)
    {
        if (_vectors is null)
            return null;
        IReadOnlyDictionary<ItemId, StoredItem> found = await _vectors.GetAsync([.. items.Distinct()], withVectors: true, cancellationToken)
            .ConfigureAwait(false);
        float[] mean = new float[_vectors.Space.Dimension];
        foreach (ItemId item in items)
        {
            if (found.TryGetValue(item, out StoredItem stored))
                TensorPrimitives.MultiplyAdd(stored.Vector.Span, weights.GetValueOrDefault(item, 1), mean, mean);
        }
        if (!mean.AsSpan().ContainsAnyExcept(0f))
            return null;
        UnitVector.Normalize(mean);
        return mean;
    }

    /// <summary>The vector that the store has of an item, or that of its text, or null when the catalogue does not know it.</summary>
    private async Task<ReadOnlyMemory<float>?> FindVectorAsync(ItemId id, CancellationToken cancellationToken)
    {
        // ! : only a recommender with vectors is asked for one.
        IReadOnlyDictionary<ItemId, StoredItem> rows = await _vectors!.GetAsync([id], withVectors: true, cancellationToken).ConfigureAwait(false);
        if (rows.TryGetValue(id, out StoredItem stored))
            return stored.Vector;
        // Not a conditional expression: a null array would convert to an empty vector, not to none.
        if (Describe([id]).GetValueOrDefault(id) is not { } item)
            return null;
        float[] text = Encoder.Encode(_template.TextOf(item), TextRole.Passage);
        if (_blend is null)
            return text;
        IReadOnlyDictionary<ItemId, StoredItem> legacy = await _blend.Legacy.GetAsync([id], withVectors: true, cancellationToken).ConfigureAwait(false);
        var blended = new float[_blend.Blend.Space.Dimension];
        _blend.Mix(text, legacy.GetValueOrDefault(id).Vector.Span, blended);
        return blended;
    }
}
