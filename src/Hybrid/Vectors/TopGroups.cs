namespace Hybrid.Vectors;

/// <summary>Keeps the best groups of all that it is shown, and of each the best: highest score first, equal scores by key.</summary>
/// <remarks>What it keeps does not depend on the order in which it was shown: whatever it forgets has as many groups as it keeps before it. Memory: as many as
/// it keeps. Not for concurrent use.</remarks>
internal sealed class TopGroups<TGroup, TKey>
    where TGroup : notnull
{
    private readonly int _capacity;
    private readonly Dictionary<TGroup, (float Score, TKey Key, TGroup Group)> _best = [];
    private readonly SortedSet<(float Score, TKey Key, TGroup Group)> _ranked;

    /// <param name="count">At least 1: how many groups to keep.</param>
    public TopGroups(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        _capacity = count;
        _ranked = new(Comparer<(float Score, TKey Key, TGroup Group)>.Create((a, b) =>
            a.Score > b.Score ? -1 : a.Score < b.Score ? 1 : Comparer<TKey>.Default.Compare(a.Key, b.Key)));
    }

    public int Count => _ranked.Count;

    /// <summary>A score below this changes nothing any more; −∞ while there is room.</summary>
    public float Threshold { get; private set; } = float.NegativeInfinity;

    /// <param name="score">Not NaN: that has no rank.</param>
    /// <param name="key">Shown once.</param>
    public void Add(float score, TKey key, TGroup group)
    {
        (float, TKey, TGroup) shown = (score, key, group);
        if (_best.TryGetValue(group, out (float Score, TKey Key, TGroup Group) known))
        {
            if (_ranked.Comparer.Compare(shown, known) >= 0)
                return;
            _ranked.Remove(known);
        }
        _best[group] = shown;
        _ranked.Add(shown);
        if (_ranked.Count > _capacity)
        {
            (float Score, TKey Key, TGroup Group) worst = _ranked.Max;
            _ranked.Remove(worst);
            _best.Remove(worst.Group);
        }
        if (_ranked.Count == _capacity)
            Threshold = _ranked.Max.Score;
    }

    /// <summary>What was kept, best first.</summary>
    public (float Score, TKey Key)[] ToSortedArray() => [.. _ranked.Select(kept => (kept.Score, kept.Key))];
}
