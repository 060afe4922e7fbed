namespace Hybrid.Milvus.Client;

/// <summary>An index, and how far it is built.</summary>
/// <param name="Parameters">As the server says them: index_type, metric_type, nlist …, also those that it keeps as JSON under "params".</param>
public sealed record IndexInfo(string Name, string Field, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>Rows that it has.</summary>
    public long IndexedRows { get; init; }

    /// <summary>Rows that it should have; those not flushed are in neither number.</summary>
    public long TotalRows { get; init; }

    public bool IsFinished { get; init; }

    /// <summary>Why it could not be built; null where nothing failed.</summary>
    public string? Failure { get; init; }

    public string Type => Parameters.GetValueOrDefault("index_type", "");
}
