namespace Hybrid.Milvus.Client;

/// <summary>What a collection is.</summary>
/// <param name="Name">Its own, also where it was asked for by an alias.</param>
public sealed record CollectionDescription(string Name, IReadOnlyList<FieldSchema> Fields, IReadOnlyDictionary<string, string> Properties)
{
    public bool HasDynamicField { get; init; }

    public int Shards { get; init; }

    /// <summary>The server's own number for it: another collection of the same name has another.</summary>
    public long Id { get; init; }

    /// <summary>The key field.</summary>
    public FieldSchema Key => Fields.First(f => f.IsKey);
}
