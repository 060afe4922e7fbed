namespace Hybrid.Behavior;

/// <summary>Draws negatives: item i with probability countᵢ^exponent / Σ countⱼ^exponent, in constant time.</summary>
/// <remarks>Alias table: Vose, A linear algorithm for generating random numbers with a given distribution, IEEE TSE 17(9), 1991.</remarks>
internal sealed class NoiseDistribution
{
    private readonly uint[] _threshold;
    private readonly int[] _alias;

    /// <param name="counts">[n], n ≥ 1, each ≥ 1.</param>
    public NoiseDistribution(ReadOnlySpan<long> counts, double exponent)
    {
        int n = counts.Length;
        var scaled = new double[n];
        double sum = 0;
        for (int i = 0; i < n; i++)
            sum += scaled[i] = Math.Pow(counts[i], exponent);

        var small = new Stack<int>();
        var large = new Stack<int>();
        for (int i = 0; i < n; i++)
        {
            scaled[i] *= n / sum;
            (scaled[i] < 1 ? small : large).Push(i);
        }

        _threshold = new uint[n];
        _alias = new int[n];
        while (small.Count > 0 && large.Count > 0)
        {
            int poor = small.Pop(), rich = large.Pop();
            _threshold[poor] = (uint)(scaled[poor] * uint.MaxValue);
            _alias[poor] = rich;
            scaled[rich] -= 1 - scaled[poor];
            (scaled[rich] < 1 ? small : large).Push(rich);
        }
        // What is left is 1 up to rounding.
        foreach (int full in small.Concat(large))
        {
            _threshold[full] = uint.MaxValue;
            _alias[full] = full;
        }
    }

    public int Draw(ref SplitMix64 random)
    {
        // The high half of one draw picks the column, the low half decides between its two items.
        ulong draw = random.Next();
        int column = (int)(((draw >> 32) * (ulong)_alias.Length) >> 32);
        return (uint)draw <= _threshold[column] ? column : _alias[column];
    }
}
