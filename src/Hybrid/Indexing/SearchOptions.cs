namespace Hybrid.Indexing;

/// <summary>What narrows or widens one search.</summary>
public sealed record SearchOptions
{
    /// <summary>A look at every vector: exact, and what an index is measured against.</summary>
    public static SearchOptions Everywhere { get; } = new() { Probes = int.MaxValue };

    /// <summary>Only items that match; null: all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Cells visited, instead of the collection's own setting.</summary>
    /// <value>At least 1; as many as there are cells, or more, makes the search exact.</value>
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
}
