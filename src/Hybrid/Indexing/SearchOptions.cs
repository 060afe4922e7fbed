using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>What narrows or widens one search.</summary>
public sealed record SearchOptions
{
    /// <summary>A look at every vector: exact, and what an index is measured against.</summary>
    public static SearchOptions Everywhere { get; } = new() { Probes = int.MaxValue };

    /// <summary>Only items that match; null: all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Items that are left out, of which there may be any number; those that are not there do not matter. Null: none.</summary>
    /// <remarks>In the embedded store a set costs nothing, whatever its size, and a list a look at each id in each call (3 ms for 100,000). A server is sent
    /// them all in each call, and takes as many as its message holds (Milvus by default 64 MB: about 10⁶).</remarks>
    public IReadOnlyCollection<ItemId>? Exclude { get; init; }

    /// <summary>How many of the best are passed over: those of the pages before.</summary>
    /// <value>At least 0, the default; with the count at most 16 384.</value>
    /// <remarks>Pages of one search put together are the whole, also where scores are equal, while the collection stays as it is and every row is searched, or
    /// the probes are named and their cells have enough that match. A page that needs further cells looks wider than those before it:
    /// <see cref="Everywhere"/> makes all pages exact.</remarks>
    public int Offset
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Offset));
            field = value;
        }
    }

    /// <summary>The least score that returns; null: all. It ends the list, and changes nothing of what is before.</summary>
    /// <value>−1 … 1; a result of this very score returns.</value>
    public float? MinScore
    {
        get;
        init
        {
            if (value is { } least && !(least is >= -1 and <= 1))
                throw new ArgumentOutOfRangeException(nameof(MinScore), value, "A score is a cosine, from -1 to 1.");
            field = value;
        }
    }

    /// <summary>A field (id, category, brand, price, in_stock) or else an attribute of this name: of the items with one value only the best returns. Null: all
    /// return.</summary>
    /// <remarks>An item without the value is a group of its own. Counts and offsets are of groups, and never fewer than were asked for return while there are
    /// more: the search then looks further.</remarks>
    public string? GroupBy { get; init; }

    /// <summary>Cells visited, instead of the collection's own setting, or of what it plans for each search.</summary>
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
