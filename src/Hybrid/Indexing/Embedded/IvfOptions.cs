namespace Hybrid.Indexing.Embedded;

/// <summary>How the embedded index splits vectors into cells, and how many cells a query visits.</summary>
public sealed record IvfOptions
{
    /// <summary>Cells scanned per query.</summary>
    public int Probes { get; init; } = 64;
}
