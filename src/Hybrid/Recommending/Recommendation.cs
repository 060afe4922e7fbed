using Hybrid.Catalog;

namespace Hybrid.Recommending;

/// <summary>An item, why it is here, and the scores that put it here.</summary>
public sealed record Recommendation
{
    public required ItemId Item { get; init; }

    /// <summary>What the list is ordered by: <see cref="BehaviorScore"/> (0 where there is none) when a known history reranked it, otherwise <see cref="TextScore"/>.</summary>
    /// <value>Cosine in [−1, 1]; 0 for an item that is here for its popularity.</value>
    public required float Score { get; init; }

    /// <summary>Where the item was found.</summary>
    public required CandidateSource Source { get; init; }

    /// <summary>Cosine of the item's text vector with the query; null when it was not found by text.</summary>
    public float? TextScore { get; init; }

    /// <summary>Cosine of the item's behaviour vector with the history's mean; null without a known history, or when no one has touched the item.</summary>
    public float? BehaviorScore { get; init; }

    /// <summary>The item's place, from 1, before the history reranked the candidates.</summary>
    public required int RetrievalRank { get; init; }

    /// <summary>One sentence for a person.</summary>
    public string Why { get; init; } = "";
}
