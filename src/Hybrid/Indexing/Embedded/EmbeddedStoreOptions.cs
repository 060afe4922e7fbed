namespace Hybrid.Indexing.Embedded;

/// <summary>How the embedded store keeps and searches its collections.</summary>
public sealed record EmbeddedStoreOptions
{
    /// <summary>The index of every collection.</summary>
    public IvfOptions Index { get; init; } = new();

    /// <summary>How long an operation waits for another process to finish its write before it fails as transient.</summary>
    /// <value>More than zero, counted in whole seconds, rounded up. Default 5 s.</value>
    public TimeSpan BusyTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(BusyTimeout));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromHours(1), nameof(BusyTimeout));
            field = value;
        }
    } = TimeSpan.FromSeconds(5);

    /// <summary>Pages that the file may grow to; SQLite reports the next one as a full disk. For tests.</summary>
    internal int? MaxPages { get; init; }
}
