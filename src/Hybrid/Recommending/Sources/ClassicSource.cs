using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Recommending.Sources;

/// <summary>The preset Classic as a source among others.</summary>
/// <remarks>Asked for n items it sees 3·n by text, reranked by behaviour: a longer answer is not a shorter one continued.</remarks>
public sealed class ClassicSource : RecommendationSource
{
    private readonly HybridRecommender _recommender;
    private readonly bool _fromLastItem;
    private volatile Tuple<IReadOnlySet<ItemId>, Filter>? _among;   // the same for all queries of a split

    private ClassicSource(ItemCodes codes, HybridRecommender recommender, bool fromLastItem)
        : base(codes)
    {
        _recommender = recommender;
        _fromLastItem = fromLastItem;
    }

    public override string Name => _fromLastItem ? "classic" : "classic-history";

    private protected override float Nothing => float.NegativeInfinity;

    /// <param name="fromLastItem">Whether it starts from the last item of the history, as the system did that it was modelled on; false: from the history
    /// alone.</param>
    public static ClassicSource Over(TrainingLog log, HybridRecommender recommender, bool fromLastItem = true)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(recommender);
        return new ClassicSource(log.Codes, recommender, fromLastItem);
    }

    internal override (int Item, float Score)[] Rank(CodedQuery query, int count)
    {
        if (query.History.Length == 0)
            return [];
        ItemId[] history = Array.ConvertAll(query.History, code => Codes[code]);
        var retrieval = new RetrievalQuery
        {
            History = history,
            Item = _fromLastItem ? history[^1] : (ItemId?)null,
            Filter = FilterOf(query.Among, history),
        };
        try
        {
            IReadOnlyList<Recommendation> found = Task.Run(() => _recommender.RecommendAsync(retrieval, count)).GetAwaiter().GetResult();
            return [.. found.Select(r => (Codes.Find(r.Item.Id), r.Score)).Where(r => r.Item1 >= 0)];
        }
        catch (UnknownItemException)
        {
            return [];   // an item without text is nothing to start from
        }
    }

    private Filter FilterOf(IReadOnlySet<ItemId>? among, ItemId[] history)
    {
        var unseen = Filter.NotIn(history);
        if (among is null)
            return unseen;
        Tuple<IReadOnlySet<ItemId>, Filter>? known = _among;
        if (known?.Item1 != among)
            _among = known = Tuple.Create(among, Filter.NotIn(Codes.Items.Where(item => !among.Contains(item))));
        return Filter.And(unseen, known.Item2);
    }

    private protected override void AddScores(CodedQuery query, Span<float> scores)
    {
        foreach ((int item, float score) in Rank(query, HybridRecommender.MaxCount))
            scores[item] = score;
    }

    private protected override string Explain(CodedQuery query, int item) => "by text, reranked by what you did last";
}
