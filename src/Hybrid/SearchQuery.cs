using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Upkeep.Migration;

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

    /// <summary>Who asks: while a migration divides the traffic, the same user is answered by the same collection. Null: the text or item decides.</summary>
    public UserId? User { get; init; }

    /// <summary>The collection of a migration that is to answer; null: by the share of the traffic.</summary>
    public Variant? Variant { get; init; }

    /// <summary>What whoever asks belongs to, a country or a kind of customer: a migration may divide its traffic by it (<see cref="TrafficRules"/>).</summary>
    public string? Segment { get; init; }

    /// <summary>How many.</summary>
    /// <value>1 … <see cref="MaxCount"/>. Default 10. Fewer return when fewer match.</value>
    public int Count { get; init; } = 10;

    /// <summary>Only items that match; null: all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Items that are not to return, of which there may be any number; null: none.</summary>
    public IReadOnlyCollection<ItemId>? Exclude { get; init; }

    /// <summary>How many of the best are passed over: those of the pages before; see <see cref="SearchOptions.Offset"/>.</summary>
    /// <value>At least 0, the default; with <see cref="Count"/> at most <see cref="MaxCount"/>.</value>
    public int Offset { get; init; }

    /// <summary>The least score that returns; null: all.</summary>
    /// <value>−1 … 1.</value>
    public float? MinScore { get; init; }

    /// <summary>A field or an attribute of which each value returns once, with its best item; null: all return. See
    /// <see cref="SearchOptions.GroupBy"/>.</summary>
    public string? GroupBy { get; init; }

    /// <summary>Cells visited, instead of the collection's own setting; see <see cref="SearchOptions.Probes"/>.</summary>
    public int? Probes { get; init; }
}
