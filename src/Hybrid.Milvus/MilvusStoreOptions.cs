using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>Which server holds the vectors, and how its collections are made and read.</summary>
public sealed record MilvusStoreOptions
{
    public required MilvusClientOptions Client { get; init; }

    /// <summary>Parts that the writes of a new collection are spread over.</summary>
    /// <value>1 … 64; default 1, enough for some tens of thousands of writes a second.</value>
    public int Shards
    {
        get;
        init => field = value is >= 1 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(Shards), value, "A collection has 1 to 64 shards.");
    } = 1;

    /// <summary>Copies of a collection in memory, each on a node of its own.</summary>
    /// <value>At least 1, the default; more than there are nodes is refused by the server.</value>
    public int Replicas
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Replicas), value, "A collection has at least 1 replica.");
    } = 1;

    /// <summary>Which writes a search must see.</summary>
    /// <value>Default: those of this store. What another process writes is seen within seconds.</value>
    public ConsistencyLevel Consistency { get; init; } = ConsistencyLevel.Session;
}
