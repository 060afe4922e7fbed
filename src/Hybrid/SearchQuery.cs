using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid;

/// <summary>What to search for: a text, or an item that others are to be like.</summary>
public sealed record SearchQuery
{
    /// <summary>The most that one search returns.</summary>
    public const int MaxCount = VectorArguments.MaxCount;

    /// <summary>What the items are to mean, "a gift for a child"; or <see cref="Item"/>.</summary>
    public string? Text { get; init; }

    /// <summary>What the items are to be like; it is not among them itself.</summary>
    public ItemId? Item { get; init; }

    /// <summary>How many.</summary>
    /// <value>1 … <see cref="MaxCount"/>. Default 10. Fewer return when fewer match.</value>
    public int Count { get; init; } = 10;

    /// <summary>Only items that match; null: all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Cells visited, instead of the collection's own setting; see <see cref="SearchOptions.Probes"/>.</summary>
    public int? Probes { get; init; }
}
