using Hybrid.Catalog;
using Hybrid.Cli.Commands;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;

namespace Hybrid.Cli.Queries;

/// <summary>Answers the queries of one command from one data folder.</summary>
internal sealed class QueryRunner(HybridData data)
{
    private IVectorCollection? _items;
    private HybridRecommender? _recommender;
    private bool _saidUnknownUser;

    public async Task<IReadOnlyList<ResultItem>> SearchAsync(TextQuery query, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(query.Text))
            throw new ArgumentException("The text is blank: give some words to search for.");
        _items ??= await data.OpenItemsAsync(cancellationToken);
        IReadOnlyList<Neighbor> found = await _items.SearchAsync(data.Encoder.Encode(query.Text, TextRole.Query), query.Count, SharedOptions.ToSearchOptions(query.Filter, query.Probes), cancellationToken);
        return Describe(found);
    }

    public async Task<IReadOnlyList<ResultItem>> SimilarAsync(ItemQuery query, CancellationToken cancellationToken)
    {
        ItemId id = ParseId(query.Item, "item");
        _items ??= await data.OpenItemsAsync(cancellationToken);
        IReadOnlyDictionary<ItemId, StoredItem> rows = await _items.GetAsync([id], cancellationToken);
        if (!rows.TryGetValue(id, out StoredItem row))
            throw new UnknownItemException(id);
        SearchOptions options = SharedOptions.ToSearchOptions(query.Filter, query.Probes);
        Filter notItself = Filter.NotIn([id]);
        options = options with { Filter = options.Filter is null ? notItself : Filter.And(options.Filter, notItself) };
        return Describe(await _items.SearchAsync(row.Vector, query.Count, options, cancellationToken));
    }

    public async Task<IReadOnlyList<ResultItem>> RecommendAsync(UserQuery query, CancellationToken cancellationToken)
    {
        if (query is { Text: null, Item: null, User: null, History: null })
            throw new ArgumentException("There is nothing to go by: give a text, an item, a user or a history.");
        _recommender ??= await data.OpenRecommenderAsync(cancellationToken);
        IReadOnlyList<Recommendation> found = await _recommender.RecommendAsync(
            new RecommendQuery
            {
                Text = query.Text,
                Item = query.Item is null ? (ItemId?)null : ParseId(query.Item, "item"),
                History = query.History is { } history ? [.. history.Select(id => ParseId(id, "history"))]
                    : query.User is { } user ? HistoryOf(user)
                    : [],
                Filter = query.Filter is null ? null : Filter.Parse(query.Filter),
                Probes = query.Probes,
            },
            query.Count, cancellationToken);

        IReadOnlyDictionary<ItemId, Item> known = data.Catalog.Find([.. found.Select(r => r.Item)]);
        return [.. found.Select((r, i) => Describe(r.Item, r.Score, i + 1, known) with
        {
            Source = NameOf(r.Source),
            TextScore = r.TextScore,
            BehaviorScore = r.BehaviorScore,
            RetrievalRank = r.RetrievalRank,
            Why = query.Explain ? r.Why : null,
        })];
    }

    private IReadOnlyList<ItemId> HistoryOf(string user)
    {
        IReadOnlyList<ItemId> history = data.Catalog.ReadHistory(user, HybridRecommender.HistoryLength);
        if (history.Count == 0 && !_saidUnknownUser)   // once: a batch may have thousands of new users
        {
            _saidUnknownUser = true;
            Terminal.Note($"User '{user}' has no events here, so nothing is known of their taste.");
        }
        return history;
    }

    private static ItemId ParseId(string? value, string field)
    {
        try
        {
            return new ItemId(value ?? "");
        }
        catch (ArgumentException refused)
        {
            throw new ArgumentException($"{field}: {Failures.MessageOf(refused)}", refused);
        }
    }

    private ResultItem[] Describe(IReadOnlyList<Neighbor> neighbors)
    {
        IReadOnlyDictionary<ItemId, Item> known = data.Catalog.Find([.. neighbors.Select(n => n.Item)]);
        return [.. neighbors.Select((n, i) => Describe(n.Item, n.Score, i + 1, known))];
    }

    private static ResultItem Describe(ItemId id, float score, int rank, IReadOnlyDictionary<ItemId, Item> known)
    {
        known.TryGetValue(id, out Item? item);
        return new ResultItem
        {
            Rank = rank,
            Id = id.Value,
            Title = item is { Title.Length: 0 } ? item.Text : item?.Title,
            Category = item?.Category,
            Brand = item?.Brand,
            Price = item?.Price,
            InStock = item?.InStock,
            Score = score,
            Source = "text",
        };
    }

    private static string NameOf(CandidateSource source) => source switch
    {
        CandidateSource.Text | CandidateSource.Behavior => "text+behavior",
        CandidateSource.Behavior => "behavior",
        CandidateSource.Popularity => "popularity",
        _ => "text",
    };
}
