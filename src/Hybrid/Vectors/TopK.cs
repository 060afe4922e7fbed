namespace Hybrid.Vectors;

/// <summary>Keeps the best of all that it is shown: highest score first, equal scores by key.</summary>
/// <remarks>What it keeps does not depend on the order in which it was shown. Memory: as many as it keeps. Not for concurrent use.</remarks>
/// <param name="count">At least 1: how many to keep.</param>
/// <param name="ties">Which of two equal scores comes first; null: the smaller key.</param>
internal sealed class TopK<TKey>(int count, IComparer<TKey>? ties = null)
{
    private const int FirstRoom = 128;

    private readonly IComparer<TKey> _ties = ties ?? Comparer<TKey>.Default;

    // A heap: no entry is better than the two at twice its place + 1 and + 2, so that the worst is at the front. A PriorityQueue would take five times the
    // memory, and a search has hardly any other.
    private (float Score, TKey Key)[] _kept = count > 0 ? new (float, TKey)[Math.Min(count, FirstRoom)]
        : throw new ArgumentOutOfRangeException(nameof(count), count, "At least one must be kept.");

    public int Count { get; private set; }

    /// <summary>A score below this cannot enter any more; −∞ while there is room.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <param name="score">Not NaN: that has no rank.</param>
    public void Add(float score, TKey key)
    {
        if (Count < count)
        {
            if (Count == _kept.Length)
                Array.Resize(ref _kept, (int)Math.Min(count, 2L * Count));
            Rise(Count++, (score, key));
        }
        else if (score >= Threshold && IsWorse(_kept[0], (score, key)))
        {
            Sink((score, key), Count);
        }
        else
        {
            return;   // most of what it is shown: nothing changes
        }
        if (Count == count)
            Threshold = _kept[0].Score;
    }

    /// <summary>What was kept, best first.</summary>
    public (float Score, TKey Key)[] ToSortedArray() => ToSortedArray((score, key) => (score, key));

    /// <summary>What was kept, best first, each as what it is made into.</summary>
    public T[] ToSortedArray<T>(Func<float, TKey, T> make)
    {
        for (int rest = Count - 1; rest > 0; rest--)   // the worst of the rest goes behind it
        {
            (float, TKey) last = _kept[rest];
            _kept[rest] = _kept[0];
            Sink(last, rest);
        }
        var sorted = new T[Count];
        for (int i = 0; i < sorted.Length; i++)
            sorted[i] = make(_kept[i].Score, _kept[i].Key);
        Array.Reverse(_kept, 0, Count);   // a heap again
        return sorted;
    }

    private bool IsWorse((float Score, TKey Key) one, (float Score, TKey Key) other) =>
        one.Score < other.Score || one.Score == other.Score && _ties.Compare(one.Key, other.Key) > 0;

    private void Rise(int at, (float Score, TKey Key) entry)
    {
        for (; at > 0 && IsWorse(entry, _kept[(at - 1) / 2]); at = (at - 1) / 2)
            _kept[at] = _kept[(at - 1) / 2];
        _kept[at] = entry;
    }

    /// <summary>In the place of the first of so many.</summary>
    private void Sink((float Score, TKey Key) entry, int among)
    {
        int at = 0;
        for (int child = 1; child < among; child = 2 * at + 1)
        {
            if (child + 1 < among && IsWorse(_kept[child + 1], _kept[child]))
                child++;
            if (!IsWorse(_kept[child], entry))
                break;
            _kept[at] = _kept[child];
            at = child;
        }
        _kept[at] = entry;
    }
}
