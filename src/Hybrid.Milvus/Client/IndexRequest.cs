namespace Hybrid.Milvus.Client;

/// <summary>An index that is to be made.</summary>
/// <param name="Type">"IVF_FLAT", "FLAT", "HNSW", "AUTOINDEX"; of a scalar field "INVERTED".</param>
public sealed record IndexRequest(string Collection, string Field, string Type)
{
    /// <summary>"COSINE", "IP" or "L2"; null for a scalar field.</summary>
    public string? Metric { get; init; }

    /// <summary>"nlist", "M", "efConstruction".</summary>
    public IReadOnlyDictionary<string, int> Parameters { get; init; } = new Dictionary<string, int>();

    /// <summary>Default: the field's.</summary>
    public string? Name { get; init; }
}
