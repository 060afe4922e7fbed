namespace Hybrid.Records;

/// <summary>How the records are kept.</summary>
public sealed record RecordStoreOptions
{
    /// <summary>How long a write waits for another process to finish its own before it fails as transient.</summary>
    /// <value>More than zero, at most an hour, counted in whole seconds, rounded up. Default 30 s: the commit of an import of millions takes that long.</value>
    public TimeSpan BusyTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(BusyTimeout));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromHours(1), nameof(BusyTimeout));
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>Pages that the file may grow to; SQLite reports the next one as a full disk. For tests.</summary>
    internal int? MaxPages { get; init; }
}
