using Hybrid.Vectors;

namespace Hybrid.Encoding.Adapting;

/// <summary>The items that are near to an item in text and never occur together with it: what an adapter has most to learn from.</summary>
/// <remarks>Only items that occur at all: of the others nobody knows what they go with. Found when they are first asked for, among at most
/// <see cref="MostSearched"/> items.</remarks>
/// <param name="vectors">[n × d], unit length.</param>
internal sealed class MinedNegatives(float[] vectors, int d, CooccurringItems pairs)
{
    private const int MostSearched = 20_000;

    /// <summary>How many are kept of an item; the nearest of all may be its own variants.</summary>
    private const int Kept = 20;

    private readonly int[] _pool = PoolOf(vectors.Length / d, pairs);
    private readonly Dictionary<int, int[]> _found = [];

    /// <summary>Finds those of items of whom it was not asked yet.</summary>
    public void Find(ReadOnlySpan<int> items)
    {
        int[] missing = [.. items.ToArray().Distinct().Where(item => !_found.ContainsKey(item))];
        var found = new int[missing.Length][];
        Parallel.For(0, missing.Length, i => found[i] = Search(missing[i]));
        for (int i = 0; i < missing.Length; i++)
            _found[missing[i]] = found[i];
    }

    /// <summary>The nearest first; none where all that is near occurs with it.</summary>
    public ReadOnlySpan<int> Of(int item) => _found[item];

    private int[] Search(int item)
    {
        var best = new TopK<int>(Kept);
        ReadOnlySpan<float> vector = vectors.AsSpan(item * d, d);
        foreach (int other in _pool)
        {
            float score = InnerProducts.Score(vector, vectors.AsSpan(other * d, d));
            if (score >= best.Threshold && other != item && !pairs.Has(item, other))
                best.Add(score, other);
        }
        return best.ToSortedArray((_, key) => key);
    }

    private static int[] PoolOf(int items, CooccurringItems pairs)
    {
        int[] occurring = [.. Enumerable.Range(0, items).Where(item => pairs.Near(item).Length > 0)];
        // Those that occur with the most others: of the rare ones it says little that they did not.
        return occurring.Length <= MostSearched ? occurring
            : [.. occurring.OrderByDescending(item => pairs.Near(item).Length).Take(MostSearched).Order()];
    }
}
