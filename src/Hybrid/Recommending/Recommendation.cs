using Hybrid.Catalog;

namespace Hybrid.Recommending;

/// <summary>An item, why it is here, and the scores that put it here.</summary>
public sealed record Recommendation
{
    /// <summary>The item as the records have it; without a catalogue, its id and what the collection keeps of it.</summary>
    public required Item Item { get; init; }

    /// <summary>What the list is ordered by: <see cref="BehaviorScore"/> (0 where there is none) when a known history reranked it, otherwise
    /// <see cref="TextScore"/>; less half the cosine with the mean of what the user disliked, if anything.</summary>
    /// <value>Cosine in [−1, 1]; 0 for an item that is here for its popularity. With dislikes in [−1.5, 1.5].</value>
    public required float Score { get; init; }

    /// <summary>Who proposed it, the first of them first; at least one.</summary>
    public required IReadOnlyList<CandidateSource> Sources { get; init; }

    /// <summary>Cosine of the item's text vector with the query; null when it has none or there is nothing to compare it with.</summary>
    public float? TextScore { get; init; }

    /// <summary>Cosine of the item's behaviour vector with the history's mean; null without a known history, or when no one has touched the item and
    /// <see cref="IsMapped"/> is false.</summary>
    public float? BehaviorScore { get; init; }

    /// <summary>Whether no one has touched the item, and its behaviour vector is its text vector led into that space
    /// (<see cref="RetrievalQuery.MapNewItems"/>).</summary>
    public bool IsMapped { get; init; }

    /// <summary>The item's place, from 1, before the history reranked the candidates.</summary>
    public required int RetrievalRank { get; init; }

    /// <summary>One sentence for a person, the same in every culture.</summary>
    public string Why { get; init; } = "";

    /// <summary>Where the whole answer comes from; the same object in each of its items, but in a list of both collections of a migration that of
    /// who has put it in. Null where no engine has answered.</summary>
    public AnswerOrigin? Origin { get; init; }
}
