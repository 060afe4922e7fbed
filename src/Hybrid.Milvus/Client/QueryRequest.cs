namespace Hybrid.Milvus.Client;

/// <summary>Rows that are asked for by a condition.</summary>
public sealed record QueryRequest(string Collection)
{
    /// <summary>An expression; empty: every row, of which no more than <see cref="Limit"/>.</summary>
    public string Filter { get; init; } = "";

    /// <summary>The fields that come back; the key always does.</summary>
    public IReadOnlyList<string> OutputFields { get; init; } = [];

    /// <summary>The most rows, 1 … 16,384 with <see cref="Offset"/>; null: all that match, where the filter is not empty.</summary>
    public int? Limit { get; init; }

    /// <summary>How many of the first rows by key are passed over.</summary>
    public int Offset { get; init; }

    /// <summary>Null: the collection's own.</summary>
    public ConsistencyLevel? Consistency { get; init; }

    /// <summary>Only rows that were flushed and are searched by their index; milvus-lite knows no difference.</summary>
    internal bool IgnoresGrowing { get; init; }
}
