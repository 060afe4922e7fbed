namespace Hybrid.Vectors;

/// <summary>Keeps the best of all that it is shown: highest score first, equal scores by key.</summary>
/// <remarks>What it keeps does not depend on the order in which it was shown. Memory: as many as it keeps. Not for concurrent use.</remarks>
internal sealed class TopK<TKey>
{
    private readonly int _capacity;
    private readonly Ranking _ranking;
    private readonly PriorityQueue<TKey, (float Score, TKey Key)> _kept;   // the worst comes out first

    /// <param name="count">At least 1: how many to keep.</param>
    /// <param name="ties">Which of two equal scores comes first; null: the smaller key.</param>
    public TopK(int count, IComparer<TKey>? ties = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _capacity = count;
        _ranking = new Ranking(ties ?? Comparer<TKey>.Default);
        _kept = new PriorityQueue<TKey, (float, TKey)>(_ranking);
    }

    public int Count => _kept.Count;

    /// <summary>A score below this cannot enter any more; −∞ while there is room.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <param name="score">Not NaN: that has no rank.</param>
    public void Add(float score, TKey key)
    {
        if (_kept.Count < _capacity)
            _kept.Enqueue(key, (score, key));
        else if (score >= Threshold)
            _kept.EnqueueDequeue(key, (score, key));
        else
            return;   // most of what it is shown: nothing changes
        if (_kept.Count == _capacity && _kept.TryPeek(out _, out (float Score, TKey Key) worst))
            Threshold = worst.Score;
    }

    /// <summary>What was kept, best first.</summary>
    public (float Score, TKey Key)[] ToSortedArray()
    {
        var sorted = new (float Score, TKey Key)[_kept.Count];
        int i = 0;
        foreach ((_, (float Score, TKey Key) priority) in _kept.UnorderedItems)
            sorted[i++] = priority;
        Array.Sort(sorted, (a, b) => _ranking.Compare(b, a));
        return sorted;
    }

    // Worse before better.
    private sealed class Ranking(IComparer<TKey> ties) : IComparer<(float Score, TKey Key)>
    {
        public int Compare((float Score, TKey Key) a, (float Score, TKey Key) b) =>
            a.Score < b.Score ? -1 : a.Score > b.Score ? 1 : ties.Compare(b.Key, a.Key);
    }
}
