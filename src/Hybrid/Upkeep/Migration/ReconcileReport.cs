using Hybrid.Catalog;

namespace Hybrid.Upkeep.Migration;

/// <summary>How a collection differs from what was written into it and from the records.</summary>
public sealed record ReconcileReport
{
    public required string Collection { get; init; }

    /// <summary>Rows that were read.</summary>
    public required long Rows { get; init; }

    /// <summary>Of 1,024 groups of rows those of which the sums differ.</summary>
    public required int DifferingBuckets { get; init; }

    /// <summary>Items that have no row.</summary>
    public required IReadOnlyList<ItemId> Missing { get; init; }

    /// <summary>Rows of items that the records do not have.</summary>
    public required IReadOnlyList<ItemId> Extra { get; init; }

    /// <summary>Rows of an older record.</summary>
    public required IReadOnlyList<ItemId> Stale { get; init; }

    /// <summary>Rows that are not as they were written: a bit has flipped, or somebody else wrote them, in this space or another.</summary>
    public required IReadOnlyList<ItemId> Changed { get; init; }

    /// <summary>Items that have more than one row.</summary>
    public required IReadOnlyList<ItemId> Doubled { get; init; }

    /// <summary>Items that are not judged, because they have changed and the collection has still to take that.</summary>
    public required long InFlight { get; init; }

    /// <summary>Differences together; 0: expected and actual rows are the same.</summary>
    public long Differences => Missing.Count + Extra.Count + Stale.Count + Changed.Count + Doubled.Count;

    internal IReadOnlyCollection<ItemId> All => [.. Missing, .. Extra, .. Stale, .. Changed, .. Doubled];
}
