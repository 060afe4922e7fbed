namespace Hybrid.Upkeep.Migration;

/// <summary>What vectors that somebody brings along are like.</summary>
public sealed record VectorReport
{
    public required long Rows { get; init; }

    /// <summary>"integer" or "uuid" where all keys are such; "text" otherwise; "none" without rows.</summary>
    public required string KeyType { get; init; }

    /// <summary>How many rows have so many numbers, the most frequent length first; more than one is a fault.</summary>
    public required IReadOnlyDictionary<int, long> Dimensions { get; init; }

    /// <summary>L2, of the rows that have a direction; likewise the next two.</summary>
    public required double LeastNorm { get; init; }

    public required double MeanNorm { get; init; }

    public required double GreatestNorm { get; init; }

    /// <summary>Rows of length 1 ± 1e-3.</summary>
    public required long UnitRows { get; init; }

    /// <summary>Of all rows brought to length 1: 0 where they point everywhere, near 1 where they have most in common, and centring matters.</summary>
    public required double NormOfMean { get; init; }

    /// <summary>Rows of nothing but zeros, and those without a number.</summary>
    public required long Zeros { get; init; }

    /// <summary>Rows with a NaN, an infinity, or what is no number.</summary>
    public required long NotFinite { get; init; }

    /// <summary>Rows whose key stood in a row before.</summary>
    public required long Duplicates { get; init; }

    public string? FirstDuplicate { get; init; }

    /// <summary>Different keys that cannot be an item's id: empty, too long, with a control character.</summary>
    public required long NotIds { get; init; }

    public string? FirstNotId { get; init; }

    /// <summary>Different keys that are one id with an earlier one: spaces at the ends, or letters composed otherwise.</summary>
    public required long Merged { get; init; }

    public string? FirstMerged { get; init; }

    /// <summary>Items of the catalogue; null where there is none to compare with, and likewise the next two.</summary>
    public long? CatalogItems { get; init; }

    /// <summary>Ids that are items of the catalogue.</summary>
    public long? Known { get; init; }

    /// <summary>Of these, items with a title or a text.</summary>
    public long? WithText { get; init; }

    /// <summary>Rows that are not of the most frequent length.</summary>
    public long Mixed => Rows - Dimensions.Values.FirstOrDefault();

    /// <summary>Share of the rows that have no item in the catalogue; null likewise.</summary>
    public double? UnknownShare => Known is { } known ? Share(Rows - known) : null;

    /// <summary>Share of the catalogue's items that have no row; null likewise.</summary>
    public double? UncoveredShare => Known is { } known && CatalogItems is > 0 and var items ? 1 - (double)known / items : null;

    /// <summary>Share of the rows whose item is unknown, or has no text that could be encoded; null likewise.</summary>
    public double? WithoutTextShare => WithText is { } withText ? Share(Rows - withText) : null;

    /// <summary>The names of faults that <see cref="ShareOf"/> knows.</summary>
    public static IReadOnlyList<string> Faults { get; } =
        ["zeros", "not-finite", "duplicates", "mixed-dimensions", "not-ids", "merged-ids", "unknown", "uncovered", "without-text"];

    /// <summary>The share of the rows (of "uncovered": of the catalogue's items) that have a fault; null where it cannot be known without a
    /// catalogue.</summary>
    /// <exception cref="ArgumentException">There is no such fault.</exception>
    public double? ShareOf(string fault) => fault switch
    {
        "zeros" => Share(Zeros),
        "not-finite" => Share(NotFinite),
        "duplicates" => Share(Duplicates),
        "mixed-dimensions" => Share(Mixed),
        "not-ids" => Share(NotIds),
        "merged-ids" => Share(Merged),
        "unknown" => UnknownShare,
        "uncovered" => UncoveredShare,
        "without-text" => WithoutTextShare,
        _ => throw new ArgumentException($"There is no fault '{fault}': there are {string.Join(", ", Faults)}.", nameof(fault)),
    };

    private double Share(long rows) => Rows == 0 ? 0 : (double)rows / Rows;
}
