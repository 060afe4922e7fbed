namespace Hybrid.Indexing;

/// <summary>What a copy of a collection did.</summary>
public sealed record CopyReport
{
    /// <summary>The collection that was copied, "products@3".</summary>
    public required string From { get; init; }

    /// <summary>The collection in the other store that is now the same, "products@1".</summary>
    public required string To { get; init; }

    /// <summary>Rows of each.</summary>
    public long Rows { get; init; }

    /// <summary>Rows that were written, because they were missing or other.</summary>
    public long Copied { get; init; }

    /// <summary>Rows that were there as they should be.</summary>
    public long Unchanged => Math.Max(0, Rows - Copied);

    /// <summary>Rows that were taken out, because the source does not have them.</summary>
    public long Removed { get; init; }

    /// <summary>Over every row of both, vectors and all, by id: the same in two collections that hold the same. 32 hexadecimal digits.</summary>
    public required string Checksum { get; init; }

    /// <summary>Whether the readers of the other store have the collection now.</summary>
    public bool IsInUse { get; init; }
}
