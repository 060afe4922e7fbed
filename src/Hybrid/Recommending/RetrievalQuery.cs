using System.Collections.ObjectModel;
using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Recommending;

/// <summary>What a <see cref="HybridRecommender"/> goes by: a text or an item to start from, a recent history, or both.</summary>
public sealed record RetrievalQuery
{
    /// <summary>A text to start from, "wireless headphones"; not together with <see cref="Item"/>.</summary>
    public string? Text { get; init; }

    /// <summary>An item to start from; not together with <see cref="Text"/>.</summary>
    public ItemId? Item { get; init; }

    /// <summary>The user's items, oldest first; the last <see cref="HybridRecommender.HistoryLength"/> count.</summary>
    public IReadOnlyList<ItemId> History { get; init; } = [];

    /// <summary>How much items of <see cref="History"/> count in its mean; those without a weight, and by default all, count 1.</summary>
    internal IReadOnlyDictionary<ItemId, float> Weights { get; init; } = ReadOnlyDictionary<ItemId, float>.Empty;

    /// <summary>Items that the user dislikes: a candidate's score is less by half its cosine with the mean of their vectors.</summary>
    internal IReadOnlyList<ItemId> Disliked { get; init; } = [];

    /// <summary>Only items that match; null: all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Whether an item that no one has touched is scored by its text vector, led into the space of behaviour by the map that training
    /// fitted.</summary>
    /// <value>Default false: it scores 0, as in the preset Classic.</value>
    public bool MapNewItems { get; init; }

    /// <summary>Cells visited, instead of the collection's own setting; see <see cref="SearchOptions.Probes"/>.</summary>
    public int? Probes { get; init; }
}
