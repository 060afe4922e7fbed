namespace Hybrid.Milvus.Client;

/// <summary>What a new collection is to be.</summary>
/// <param name="Name">1 … 255 of A–Z a–z 0–9 _, not beginning with a digit.</param>
/// <param name="Fields">One of them the key.</param>
public sealed record CollectionSchema(string Name, IReadOnlyList<FieldSchema> Fields)
{
    /// <summary>Whether rows may have further fields, which are kept in one JSON field, "$meta".</summary>
    public bool HasDynamicField { get; init; }

    /// <summary>Parts that writes are spread over, 1 … 64; 0: the server's default, 1.</summary>
    public int Shards { get; init; }

    /// <summary>What a search gets that asks for none.</summary>
    public ConsistencyLevel Consistency { get; init; } = ConsistencyLevel.Bounded;

    /// <summary>Kept beside the collection and given back with its description.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}
