namespace Hybrid.Vectors;

/// <summary>The best of a stream of scored keys: higher scores first, equal scores by ascending key.</summary>
/// <remarks>A bounded heap with the worst kept key on top: O(log capacity) for a key that gets in, one comparison for one that does not.</remarks>
internal sealed class TopScores<TKey>(int capacity) where TKey : IComparable<TKey>
{
    private readonly PriorityQueue<TKey, (float Score, TKey Key)> _kept = new(Math.Min(capacity, 1024), WorstFirst.Instance);

    public int Count => _kept.Count;

    public bool IsFull => _kept.Count == capacity;

    /// <summary>A lower score cannot get in any more; an equal one may, by its key.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    public void Add(TKey key, float score)
    {
        if (!IsFull)
            _kept.Enqueue(key, (score, key));
        else
            _kept.EnqueueDequeue(key, (score, key));
        if (IsFull && _kept.TryPeek(out _, out (float Score, TKey Key) worst))
            Threshold = worst.Score;
    }

    /// <summary>What is kept, best first; the object is empty afterwards.</summary>
    public (TKey Key, float Score)[] Drain()
    {
        var best = new (TKey, float)[_kept.Count];
        for (int i = best.Length - 1; i >= 0; i--)
        {
            _kept.TryDequeue(out _, out (float Score, TKey Key) worst);
            best[i] = (worst.Key, worst.Score);
        }
        return best;
    }

    private sealed class WorstFirst : IComparer<(float Score, TKey Key)>
    {
        public static readonly WorstFirst Instance = new();

        public int Compare((float Score, TKey Key) x, (float Score, TKey Key) y)
        {
            int byScore = x.Score.CompareTo(y.Score);
            return byScore != 0 ? byScore : y.Key.CompareTo(x.Key);
        }
    }
}
