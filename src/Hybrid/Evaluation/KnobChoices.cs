using Hybrid.Recommending.Sources;

namespace Hybrid.Evaluation;

/// <summary>The values that a knob may take, as changes of all knobs.</summary>
/// <param name="Name">As a file of knobs names it; several that belong together with "+" between.</param>
internal sealed record KnobChoices(string Name, IReadOnlyList<Func<SourceKnobs, SourceKnobs>> Values)
{
    /// <summary>The knobs of each source that has some. What a history's older items count may always be 1: not every log has an order.</summary>
    public static IReadOnlyDictionary<string, KnobChoices[]> BySource { get; } = new Dictionary<string, KnobChoices[]>
    {
        ["popularity-recent"] = [Of("half_life", [1, 3, 7, 14, 30, 90, 365, 3650], (k, days) => k with { HalfLife = TimeSpan.FromDays(days) })],
        ["item-knn"] =
        [
            Of("decay", [1, .9, .8, .7, .6, .5], (k, x) => k with { ItemKnn = k.ItemKnn with { Decay = x } }),
            Of("length_exponent", [0, .5, 1], (k, x) => k with { ItemKnn = k.ItemKnn with { LengthExponent = x } }),
            Of("popularity_exponent", [.2, .3, .4, .5, .7], (k, x) => k with { ItemKnn = k.ItemKnn with { PopularityExponent = x } }),
            Of("shrink", [0, 3, 10, 30], (k, x) => k with { ItemKnn = k.ItemKnn with { Shrink = x } }),
        ],
        ["markov"] =
        [
            Of("back", [0, .3, 1], (k, x) => k with { Markov = k.Markov with { Back = x } }),
            Of("row_exponent", [.5, .7, 1], (k, x) => k with { Markov = k.Markov with { RowExponent = x } }),
            Of("column_exponent", [0, .15, .3], (k, x) => k with { Markov = k.Markov with { ColumnExponent = x } }),
        ],
        ["sequential-rules"] =
        [
            Of<(int Distance, double? Decay)>("distance+distance_decay", [(3, null), (10, null), (40, null), (10, .9), (40, .9)],
                (k, x) => k with { SequentialRules = k.SequentialRules with { Distance = x.Distance, DistanceDecay = x.Decay } }),
            Of("back", [0, .3, 1], (k, x) => k with { SequentialRules = k.SequentialRules with { Back = x } }),
            Of("row_exponent", [.5, .7, 1], (k, x) => k with { SequentialRules = k.SequentialRules with { RowExponent = x } }),
            Of("column_exponent", [0, .15, .3], (k, x) => k with { SequentialRules = k.SequentialRules with { ColumnExponent = x } }),
            Of("decay", [1, .9, .8, .7, .6, .5], (k, x) => k with { SequentialRules = k.SequentialRules with { Decay = x } }),
        ],
        ["session-knn"] =
        [
            Of("neighbors", [50, 100, 200, 500], (k, x) => k with { SessionKnn = k.SessionKnn with { Neighbors = x } }),
            Of("decay", [1, .9, .8, .7, .6], (k, x) => k with { SessionKnn = k.SessionKnn with { Decay = x } }),
            Of<double?>("aging", [null, 30, 90, 365],
                (k, days) => k with { SessionKnn = k.SessionKnn with { Aging = days is { } x ? TimeSpan.FromDays(x) : null } }),
            Of("nearness", [0, 1.5, 3, 7, 15], (k, x) => k with { SessionKnn = k.SessionKnn with { Nearness = x } }),
            Of("length_exponent", [0, .5, 1], (k, x) => k with { SessionKnn = k.SessionKnn with { LengthExponent = x } }),
            Of("before", [.3, .6, 1], (k, x) => k with { SessionKnn = k.SessionKnn with { Before = x } }),
            Of("idf_exponent", [0, .5, 1], (k, x) => k with { SessionKnn = k.SessionKnn with { IdfExponent = x } }),
        ],
        ["ease"] =
        [
            Of("lambda", [20, 50, 100, 200, 500], (k, x) => k with { Ease = k.Ease with { Lambda = x } }),
            Of("decay", [1, .9, .8, .7, .6], (k, x) => k with { Ease = k.Ease with { Decay = x } }),
            Of("length_exponent", [0, .5, 1], (k, x) => k with { Ease = k.Ease with { LengthExponent = x } }),
        ],
        ["item2vec"] =
        [
            Of("min_count", [1, 3, 5, 10], (k, x) => k with { Behavior = k.Behavior with { MinCount = x } }),
            Of("window", [3, 5, 10, 20], (k, x) => k with { Behavior = k.Behavior with { Window = x } }),
            Of("sample", [0, 1e-3, 1e-4, 1e-5], (k, x) => k with { Behavior = k.Behavior with { Sample = x } }),
            Of("epochs", [10, 20, 50, 100], (k, x) => k with { Behavior = k.Behavior with { Epochs = x } }),
            Of("ns_exponent", [.75, 0, -.5], (k, x) => k with { Behavior = k.Behavior with { NsExponent = x } }),
            Of("decay", [1, .9, .8, .7, .6, .4], (k, x) => k with { Item2Vec = k.Item2Vec with { Decay = x } }),
        ],
        ["text"] = [Of("decay", [1, .9, .7, .5, .3, .1], (k, x) => k with { Text = k.Text with { Decay = x } })],
    };

    /// <summary>The part of all knobs that a source goes by.</summary>
    public static object PartOf(string source, SourceKnobs knobs) => source switch
    {
        "popularity-recent" => new { knobs.HalfLife },
        "item-knn" => new { knobs.ItemKnn },
        "markov" => new { knobs.Markov },
        "sequential-rules" => new { knobs.SequentialRules },
        "session-knn" => new { knobs.SessionKnn },
        "ease" => new { knobs.Ease },
        "item2vec" => new { knobs.Behavior, knobs.Item2Vec },
        "text" => new { knobs.Text },
        _ => throw new ArgumentException($"The source {source} has no knobs.", nameof(source)),
    };

    /// <summary>All knobs with those of a source as others have them.</summary>
    public static SourceKnobs With(string source, SourceKnobs knobs, SourceKnobs others) => source switch
    {
        "popularity-recent" => knobs with { HalfLife = others.HalfLife },
        "item-knn" => knobs with { ItemKnn = others.ItemKnn },
        "markov" => knobs with { Markov = others.Markov },
        "sequential-rules" => knobs with { SequentialRules = others.SequentialRules },
        "session-knn" => knobs with { SessionKnn = others.SessionKnn },
        "ease" => knobs with { Ease = others.Ease },
        "item2vec" => knobs with { Behavior = others.Behavior, Item2Vec = others.Item2Vec },
        "text" => knobs with { Text = others.Text },
        _ => throw new ArgumentException($"The source {source} has no knobs.", nameof(source)),
    };

    private static KnobChoices Of<T>(string name, T[] values, Func<SourceKnobs, T, SourceKnobs> set) =>
        new(name, [.. values.Select(value => (Func<SourceKnobs, SourceKnobs>)(knobs => set(knobs, value)))]);
}
