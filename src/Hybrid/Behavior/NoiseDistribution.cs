namespace Hybrid.Behavior;

/// <summary>Draws negatives: item i with probability countᵢ^exponent / Σ countⱼ^exponent, in constant time.</summary>
/// <remarks>Alias table: Vose, A linear algorithm for generating random numbers with a given distribution, IEEE TSE 17(9), 1991.</remarks>
internal sealed class NoiseDistribution
{
    // Beside each other, so that a draw fetches one line of memory.
    private readonly (uint Threshold, int Alias)[] _columns;

    private readonly int _part, _parts;

    /// <summary>Of all items, or of every so many-th alone.</summary>
    /// <param name="counts">[n], n ≥ 1, each ≥ 1.</param>
    /// <param name="part">The first of the items: below <paramref name="parts"/>, and n.</param>
    public NoiseDistribution(ReadOnlySpan<long> counts, double exponent, int part = 0, int parts = 1)
    {
        (_part, _parts) = (part, parts);
        int n = (counts.Length - part + parts - 1) / parts;
        var scaled = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++)
            sum += scaled[i] = Math.Pow(counts[ItemOf(i)], exponent);

        var small = new Stack<int>();
        var large = new Stack<int>();
        for (int i = 0; i < n; i++)
        {
            scaled[i] *= n / sum;
            (scaled[i] < 1 ? small : large).Push(i);
        }

        _columns = new (uint, int)[n];
        while (small.Count > 0 && large.Count > 0)
        {
            int poor = small.Pop(), rich = large.Pop();
            _columns[poor] = ((uint)(scaled[poor] * uint.MaxValue), rich);
            scaled[rich] -= 1 - scaled[poor];
            (scaled[rich] < 1 ? small : large).Push(rich);
        }
        // What is left is 1 up to rounding.
        foreach (int full in small.Concat(large))
            _columns[full] = (uint.MaxValue, full);
    }

    /// <summary>Asks memory for what <see cref="Drawn"/> will look at.</summary>
    public void Fetch(ulong draw) => ScatteredMemory.Fetch(ref _columns[Column(draw)]);

    /// <summary>The item of 64 random bits: the high half picks the column, the low half decides between its two items.</summary>
    public int Drawn(ulong draw)
    {
        int column = Column(draw);
        (uint threshold, int alias) = _columns[column];
        return ItemOf((uint)draw <= threshold ? column : alias);
    }

    private int ItemOf(int column) => _part + column * _parts;

    private int Column(ulong draw) => (int)(((draw >> 32) * (ulong)_columns.Length) >> 32);
}
