using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace Hybrid.Encoding;

/// <summary>The vectors of the queries that came last: one that comes again is not encoded.</summary>
/// <remarks>
/// <para>Of what is kept, the query goes first that was not asked for the longest. Texts of more than <see cref="MostCharacters"/> are never kept, so that
/// memory has a bound.</para>
/// <para>Threads: every member may be called concurrently. A new query that two callers ask for at once is encoded for each.</para>
/// </remarks>
/// <param name="capacity">How many queries are kept; 0: none.</param>
internal sealed class QueryVectors(int capacity)
{
    public const int MostCharacters = 2_048;

    private static readonly Counter<long> Queries = new Meter("Hybrid.Encoding").CreateCounter<long>(
        "hybrid.encoding.queries", "{query}", "Texts of queries, by whether their vector was there: cache is hit, miss or off.");

    private static readonly ActivitySource Stages = new("Hybrid.Encoding");

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Text, float[] Vector)>> _nodes = new(StringComparer.Ordinal);   // under _gate
    private readonly LinkedList<(string Text, float[] Vector)> _kept = [];                                                    // the newest first, under _gate
    private long _hits, _misses;                                                                                              // under _gate

    public QueryCacheStatus Status
    {
        get
        {
            lock (_gate)
                return new(capacity, _nodes.Count, _hits, _misses);
        }
    }

    /// <summary>The vector [d] of a query, which nobody may change.</summary>
    /// <exception cref="ModelException">ONNX Runtime failed.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed of, and the query is new.</exception>
    public float[] Of(string text, TextEncoder encoder)
    {
        if (capacity == 0)
        {
            Count("off");
            return Encode(text, encoder);
        }
        if (TryGet(text, out float[]? kept))
        {
            Count("hit");
            return kept;
        }
        Count("miss");
        float[] vector = Encode(text, encoder);
        if (text.Length <= MostCharacters)
            Keep(text, vector);
        return vector;
    }

    private static float[] Encode(string text, TextEncoder encoder)
    {
        using Activity? stage = Stages.StartActivity("encode");
        return encoder.Encode(text, TextRole.Query);
    }

    private static void Count(string cache) => Queries.Add(1, new KeyValuePair<string, object?>("cache", cache));

    private bool TryGet(string text, [NotNullWhen(true)] out float[]? vector)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(text, out LinkedListNode<(string, float[] Vector)>? node))
            {
                _misses++;
                vector = null;
                return false;
            }
            _hits++;
            _kept.Remove(node);
            _kept.AddFirst(node);
            vector = node.Value.Vector;
            return true;
        }
    }

    private void Keep(string text, float[] vector)
    {
        lock (_gate)
        {
            if (_nodes.ContainsKey(text))
                return;
            if (_nodes.Count == capacity && _kept.Last is { } oldest)
            {
                _nodes.Remove(oldest.Value.Text);
                _kept.RemoveLast();
            }
            _nodes.Add(text, _kept.AddFirst((text, vector)));
        }
    }
}
