using Hybrid.Encoding;
using Hybrid.Streaming;

namespace Hybrid;

/// <summary>What is in a data folder.</summary>
public sealed record EngineStatus
{
    /// <summary>The folder, as an absolute path.</summary>
    public required string DataPath { get; init; }

    /// <summary>Whether the folder can only be read.</summary>
    public required bool IsReadOnly { get; init; }

    /// <summary>Whether the items and events are here; otherwise the store holds a collection of records elsewhere, which is only read.</summary>
    public bool HasRecords { get; init; } = true;

    public required long Items { get; init; }

    public required long Events { get; init; }

    /// <summary>Users with at least one event.</summary>
    public required long Users { get; init; }

    /// <summary>What came by streams and is no event: <see cref="HybridEngine.ReadDeadLetters"/> says why.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Items that were added or changed and are not indexed yet.</summary>
    public required long NotIndexed { get; init; }

    /// <summary>How far behind the index is that follows the records by itself; null where it does not.</summary>
    public LiveIndexStatus? LiveIndex { get; init; }

    /// <summary>Kind and place of the vector store, "embedded ./hybrid-data/vectors.db" or "milvus localhost:19530/shop".</summary>
    public required string Store { get; init; }

    /// <summary>Why the store cannot say what it holds; null where it could.</summary>
    public string? StoreFailure { get; init; }

    /// <summary>The collection that searches go to; null while nothing is indexed.</summary>
    public required string? InUse { get; init; }

    /// <summary>All collections of the store, by name and then version; none where it did not answer.</summary>
    public required IReadOnlyList<CollectionStatus> Collections { get; init; }

    /// <summary>The behaviour model in use; null while nothing is trained.</summary>
    public required BehaviorStatus? Behavior { get; init; }

    /// <summary>The fitted sources of recommendations, in the order of tables.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>The vectors of queries that this engine keeps.</summary>
    public required QueryCacheStatus QueryCache { get; init; }

    /// <summary>Bytes of each file of the folder, by name.</summary>
    public required IReadOnlyDictionary<string, long> Files { get; init; }
}
