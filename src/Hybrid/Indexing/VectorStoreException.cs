namespace Hybrid.Indexing;

/// <summary>A store could not do what it was asked for a reason outside the arguments.</summary>
/// <example>embedded ./hybrid-data/vectors.db: open failed: another process holds it. Wait until it has finished, or stop it.</example>
public sealed class VectorStoreException(string store, string operation, string reason, bool isTransient, Exception? cause = null)
    : Exception($"{store}: {operation} failed: {reason}", cause)
{
    /// <summary>Kind, address and collection, or the file: "milvus localhost:19530/items_v2", "embedded ./vectors.db".</summary>
    public string Store { get; } = store;

    public string Operation { get; } = operation;

    /// <summary>Whether the same call may succeed later: lost connection, deadline, rate limit, locked file.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>Whether there is no such collection, because it has been dropped or never was: what an alias leads to now may be another one.</summary>
    public bool IsGone { get; init; }
}
