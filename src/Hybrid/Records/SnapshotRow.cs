namespace Hybrid.Records;

/// <summary>What readers are to use now: one row, written in one step.</summary>
/// <param name="Revision">Higher after each switch; 0 while there was none.</param>
/// <param name="Collection">The physical collection, "products@3"; null while nothing is indexed.</param>
/// <param name="BehaviorFile">The behaviour model's file beside the records; null while nothing is trained.</param>
/// <param name="BehaviorHash">SHA-256 of that model's vectors and ids; null likewise.</param>
/// <param name="AliasFollows">Whether the alias has been moved to <paramref name="Collection"/>: from then on an alias that leads elsewhere was moved by
/// somebody else.</param>
internal sealed record SnapshotRow(long Revision, string? Collection, string? BehaviorFile, string? BehaviorHash, bool AliasFollows)
{
    /// <summary>The same object where there are none, so that equal rows are equal.</summary>
    private static readonly IReadOnlyDictionary<string, string> NoSources = new Dictionary<string, string>();

    /// <summary>The files beside the records of the fitted sources, and of the log that they were fitted to, by name.</summary>
    public IReadOnlyDictionary<string, string> Sources { get; init => field = value.Count == 0 ? NoSources : value; } = NoSources;

    /// <summary>The migration that readers have to know of; null where there is none.</summary>
    public MigrationRow? Migration { get; init; }

    /// <summary>Whether the collection is that of records elsewhere, found by its alias: these have never been written.</summary>
    public bool IsBorrowed { get; init; }
}
