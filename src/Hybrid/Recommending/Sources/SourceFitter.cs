using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Recommending.Sources;

/// <summary>Fits sources by name to one log.</summary>
/// <remarks>Not for concurrent use.</remarks>
/// <param name="texts">The items' text vectors; null: the sources that need them are not there.</param>
/// <param name="category">An item's category; null: likewise.</param>
/// <param name="recommender">Makes the preset Classic over a behaviour model; null: likewise.</param>
public sealed class SourceFitter(
    TrainingLog log, SourceKnobs knobs, ItemTexts? texts = null, Func<ItemId, string?>? category = null,
    Func<Item2VecModel, HybridRecommender>? recommender = null)
{
    /// <summary>All sources, in the order of tables.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "popularity", "popularity-recent", "popularity-category", "item-knn", "markov", "sequential-rules", "session-knn", "ease", "item2vec",
        "item2vec-last", "text", "text-last", "classic", "classic-history",
    ];

    private Item2VecModel? _behavior;
    private HybridRecommender? _recommender;

    /// <summary>What it can fit.</summary>
    public IReadOnlyList<string> Available => [.. Names.Where(name => WhyNot(name) is null)];

    /// <summary>Why a source cannot be fitted, in one sentence; null where it can.</summary>
    /// <exception cref="ArgumentException">There is no such source.</exception>
    public string? WhyNot(string name) => name switch
    {
        _ when !Names.Contains(name) =>
            throw new ArgumentException($"There is no source '{PlainText.Brief(name)}'. Sources: {string.Join(", ", Names)}.", nameof(name)),
        "popularity-category" when category is null => "The source popularity-category needs the items' categories.",
        "text" or "text-last" when texts is null => $"The source {name} needs the items' texts.",
        "classic" or "classic-history" when recommender is null => $"The source {name} needs the items' texts.",
        "ease" => EaseSource.WhyNot(log),
        _ => null,
    };

    /// <summary>Whether a source of this name needs text vectors.</summary>
    public static bool NeedsTexts(string name) => name is "text" or "text-last" or "classic" or "classic-history";

    /// <exception cref="ArgumentException">There is no such source, it lacks what it needs, or the log is too large for it; the message says which.</exception>
    /// <exception cref="NothingToLearnException">It needs behaviour vectors, and no history has two items.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public RecommendationSource Fit(string name, CancellationToken cancellationToken = default)
    {
        if (WhyNot(name) is { } reason)
            throw new ArgumentException(reason, nameof(name));
        return name switch
        {
            "popularity" => PopularitySource.Fit(log),
            "popularity-recent" => PopularitySource.Fit(log, new PopularityOptions { HalfLife = knobs.HalfLife }),
            "popularity-category" => PopularitySource.Fit(log, new PopularityOptions { Category = category }),
            "item-knn" => ItemKnnSource.Fit(log, knobs.ItemKnn, cancellationToken),
            "markov" => SequentialRulesSource.Fit(log, knobs.Markov, cancellationToken),
            "sequential-rules" => SequentialRulesSource.Fit(log, knobs.SequentialRules, cancellationToken),
            "session-knn" => SessionKnnSource.Fit(log, knobs.SessionKnn),
            "ease" => EaseSource.Fit(log, knobs.Ease, cancellationToken),
            "item2vec" => VectorSource.OfBehavior(log, Behavior(cancellationToken), knobs.Item2Vec),
            "item2vec-last" => VectorSource.OfBehavior(log, Behavior(cancellationToken), new VectorSourceOptions { Decay = 0 }),
            // ! : it is available.
            "text" => VectorSource.OfTexts(log, texts!.Vectors, texts.Dimension, knobs.Text),
            "text-last" => VectorSource.OfTexts(log, texts!.Vectors, texts.Dimension, new VectorSourceOptions { Decay = 0 }),
            _ => ClassicSource.Over(log, _recommender ??= recommender!(Behavior(cancellationToken)), fromLastItem: name == "classic"),
        };
    }

    private Item2VecModel Behavior(CancellationToken cancellationToken) => _behavior ??= Item2Vec.Train(
        ItemSequences.From(Enumerable.Range(0, log.Users.Count).Where(user => log[user].Length >= 2)
            .Select(user => (IReadOnlyList<ItemId>)Array.ConvertAll(log[user].ToArray(), code => log.Codes[code]))),
        knobs.Behavior, cancellationToken: cancellationToken);
}
