namespace Hybrid;

/// <summary>What is in a data folder.</summary>
public sealed record EngineStatus
{
    /// <summary>The folder, as an absolute path.</summary>
    public required string DataPath { get; init; }

    /// <summary>Whether the folder can only be read.</summary>
    public required bool IsReadOnly { get; init; }

    public required long Items { get; init; }

    public required long Events { get; init; }

    /// <summary>Users with at least one event.</summary>
    public required long Users { get; init; }

    /// <summary>Items that were added or changed and are not indexed yet.</summary>
    public required long NotIndexed { get; init; }

    /// <summary>The collection that searches go to; null while nothing is indexed.</summary>
    public required string? InUse { get; init; }

    /// <summary>All collections of the store, by name and then version.</summary>
    public required IReadOnlyList<CollectionStatus> Collections { get; init; }

    /// <summary>The behaviour model in use; null while nothing is trained.</summary>
    public required BehaviorStatus? Behavior { get; init; }

    /// <summary>Bytes of each file of the folder, by name.</summary>
    public required IReadOnlyDictionary<string, long> Files { get; init; }
}
