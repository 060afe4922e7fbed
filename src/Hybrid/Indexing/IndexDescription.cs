namespace Hybrid.Indexing;

/// <summary>What there is to know about a collection's index.</summary>
public sealed record IndexDescription
{
    /// <summary>"IVF_FLAT", as Milvus calls it.</summary>
    public required string Type { get; init; }

    /// <summary>Cells of the index; 1 before the first build, when every search looks at every row.</summary>
    public required int Cells { get; init; }

    /// <summary>Cells that a search without a filter visits for the 10 nearest items unless it says otherwise.</summary>
    public required int Probes { get; init; }

    /// <summary>Of the nearest items, the share that a search finds unless it says otherwise, as measured when the index was built: 1 where it looks at every
    /// row. Null where nothing was measured, or probes are set for all searches.</summary>
    public double? TargetRecall { get; init; }

    /// <summary>Whether enough has changed since the last build to be worth another.</summary>
    public bool IsStale { get; init; }

    /// <summary>Whether all that was written is in the index as it is saved; what it lacks is made again at the next start.</summary>
    public bool IsSaved { get; init; }

    /// <summary>The file that the index is saved in; null where a server keeps it, or in memory.</summary>
    public string? File { get; init; }

    /// <summary>Size of that file; 0 when nothing has been saved.</summary>
    public long FileBytes { get; init; }
}
