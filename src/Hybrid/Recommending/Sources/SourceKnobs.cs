using Hybrid.Behavior;

namespace Hybrid.Recommending.Sources;

/// <summary>How every source is fitted.</summary>
public sealed record SourceKnobs
{
    /// <summary>Of "popularity-recent": after how long an event counts half.</summary>
    /// <value>More than zero. Default 30 days.</value>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(30);

    public ItemKnnOptions ItemKnn { get; init; } = new();

    public SequentialRulesOptions SequentialRules { get; init; } = new();

    public SequentialRulesOptions Markov { get; init; } = SequentialRulesOptions.Markov;

    public SessionKnnOptions SessionKnn { get; init; } = new();

    public EaseOptions Ease { get; init; } = new();

    /// <summary>Of the behaviour vectors of "item2vec" and "classic".</summary>
    public Item2VecOptions Behavior { get; init; } = new() { Workers = 1 };

    public VectorSourceOptions Item2Vec { get; init; } = new() { Decay = 0.6 };

    public VectorSourceOptions Text { get; init; } = new();
}
