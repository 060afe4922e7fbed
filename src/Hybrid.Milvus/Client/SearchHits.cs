namespace Hybrid.Milvus.Client;

/// <summary>What was found, for all vectors one after the other.</summary>
public sealed class SearchHits
{
    private readonly int[] _ends;

    internal SearchHits(int[] ends, Column keys, ReadOnlyMemory<float> scores, RowSet fields) => (_ends, Keys, Scores, Fields) = (ends, keys, scores, fields);

    /// <summary>How many vectors were searched with.</summary>
    public int Queries => _ends.Length;

    /// <summary>A <see cref="TextColumn"/> or an <see cref="Int64Column"/>.</summary>
    public Column Keys { get; }

    /// <summary>As the metric has them: COSINE and IP larger is nearer, L2 the squared distance.</summary>
    public ReadOnlyMemory<float> Scores { get; }

    /// <summary>The output fields.</summary>
    public RowSet Fields { get; }

    /// <summary>The hits of one vector, best first.</summary>
    public Range Of(int query) => (query == 0 ? 0 : _ends[query - 1]).._ends[query];
}
