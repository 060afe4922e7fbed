namespace Hybrid.Milvus.Client;

/// <summary>A search for the nearest rows of each of some vectors.</summary>
/// <param name="Vectors">[n × d], row-major.</param>
/// <param name="Dimension">d.</param>
/// <param name="Count">Of each, 1 … 16,384 with the offset.</param>
public sealed record SearchRequest(string Collection, ReadOnlyMemory<float> Vectors, int Dimension, int Count)
{
    /// <summary>The field that is searched; null: the only vector field.</summary>
    public string? Field { get; init; }

    /// <summary>"COSINE", "IP" or "L2", as the index has it; null: whatever it has.</summary>
    public string? Metric { get; init; }

    /// <summary>An expression; empty: every row.</summary>
    public string Filter { get; init; } = "";

    public IReadOnlyList<string> OutputFields { get; init; } = [];

    /// <summary>Cells visited, of an IVF index ("nprobe").</summary>
    public int? Probes { get; init; }

    /// <summary>Candidates held, of an HNSW index ("ef").</summary>
    public int? Ef { get; init; }

    /// <summary>Of COSINE and IP: only scores above this. Milvus 2.3 loses hits of it on IVF indexes.</summary>
    public float? Radius { get; init; }

    /// <summary>With <see cref="Radius"/>, of COSINE and IP: only scores up to this.</summary>
    public float? RangeFilter { get; init; }

    public int Offset { get; init; }

    /// <summary>Of the rows with one value of this field only the nearest.</summary>
    public string? GroupBy { get; init; }

    /// <summary>Null: the collection's own.</summary>
    public ConsistencyLevel? Consistency { get; init; }
}
