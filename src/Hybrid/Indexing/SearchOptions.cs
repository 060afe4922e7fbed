namespace Hybrid.Indexing;

/// <summary>What narrows or widens one search.</summary>
public sealed record SearchOptions
{
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
