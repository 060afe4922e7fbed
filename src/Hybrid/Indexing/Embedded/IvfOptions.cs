namespace Hybrid.Indexing.Embedded;

/// <summary>How the embedded index splits vectors into cells, and how many cells a query visits.</summary>
public sealed record IvfOptions
{
    /// <summary>Coarse cells, one k-means centroid each.</summary>
    /// <value>0 … 65 536. Default 128, as the seeds set it; 0: ⌈√n⌉ for n vectors, decided when the index is built. Never more than there are distinct
    /// vectors.</value>
    public int Cells
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Cells));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 65_536, nameof(Cells));
            field = value;
        }
    } = 128;

    /// <summary>Cells scanned per query: recall rises with it, time rises linearly.</summary>
    /// <value>At least 1; more than there are cells means all, which makes the search exact. Default 64, as the seeds set it.</value>
    public int Probes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Probes));
            field = value;
        }
    } = 64;

    /// <summary>Seed of k-means; the same vectors and seed give the same cells on the same CPU.</summary>
    public int Seed { get; init; } = 1;
}
