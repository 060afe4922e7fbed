namespace Hybrid.Recommending.Sources;

/// <summary>What counts as popular.</summary>
public sealed record PopularityOptions
{
    /// <summary>After how long an event counts half, back from the newest of the log; events without a time count as the newest.</summary>
    /// <value>More than zero; null, the default: all count alike.</value>
    public TimeSpan? HalfLife
    {
        get;
        init => field = value is null || value > TimeSpan.Zero ? value
            : throw new ArgumentOutOfRangeException(nameof(HalfLife), value, $"HalfLife takes more than 0:00:00, not {value:c}.");
    }

    /// <summary>The category of an item: only items of the history's categories are recommended, each category as much as the history has of it. Null, the
    /// default: categories do not count.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Func<Catalog.ItemId, string?>? Category { get; init; }

    /// <summary>With <see cref="Category"/>: what the category of an item of the history counts, as a part of the one after it.</summary>
    /// <value>0 … 1; 1: all count alike. Default .8.</value>
    public double Decay
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(Decay));
    } = 0.8;
}
