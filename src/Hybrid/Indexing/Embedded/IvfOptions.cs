namespace Hybrid.Indexing.Embedded;

/// <summary>How the embedded index splits vectors into cells, and how many cells a query visits.</summary>
public sealed record IvfOptions
{
    /// <summary>Coarse cells, one k-means centroid each.</summary>
    /// <value>0 … 65 536. Null, the default: 128, as the seeds set it, for up to 100 000 vectors, and ⌈4√n⌉ for more; 0: ⌈√n⌉ for n vectors. Decided when the
    /// index is built; never more than there are distinct vectors.</value>
    public int? Cells
    {
        get;
        init
        {
            if (value is { } cells)
            {
                ArgumentOutOfRangeException.ThrowIfNegative(cells, nameof(Cells));
                ArgumentOutOfRangeException.ThrowIfGreaterThan(cells, 65_536, nameof(Cells));
            }
            field = value;
        }
    }

    /// <summary>Cells scanned per query: recall rises with it, time rises linearly.</summary>
    /// <value>At least 1; more than there are cells means all, which makes the search exact. Null, the default: each search is planned. It is exact where that
    /// is cheap, for up to 50 000 vectors and where a filter leaves few; else it visits as many cells as had 99 % of what was to be found when the index was
    /// built, more under a filter.</value>
    public int? Probes
    {
        get;
        init
        {
            if (value is { } probes)
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(probes, nameof(Probes));
            field = value;
        }
    }

    /// <summary>Seed of k-means; the same vectors and seed give the same cells on the same CPU.</summary>
    public int Seed { get; init; } = 1;
}
