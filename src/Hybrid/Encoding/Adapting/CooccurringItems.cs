using System.Numerics.Tensors;
using Hybrid.Behavior;

namespace Hybrid.Encoding.Adapting;

/// <summary>Which items occur near each other in sessions, and how often: what an adapter learns from.</summary>
/// <remarks>A session counts each item's neighbours as one, so that long ones do not drown the others. Threads: immutable.</remarks>
internal sealed class CooccurringItems
{
    /// <summary>Pairs that are looked at; of a log with more of them a part is drawn.</summary>
    private const long MostOccurrences = 20_000_000;

    private readonly int[] _starts;       // [items + 1]
    private readonly int[] _others;       // of each item in ascending order
    private readonly double[] _reaches;   // [pairs]: the weights up to this pair, this one included

    private CooccurringItems(int[] starts, int[] others, double[] reaches) => (_starts, _others, _reaches) = (starts, others, reaches);

    /// <summary>Pairs of two items, each once.</summary>
    public int Count => _others.Length / 2;

    /// <param name="sessions">Each the rows of its items, in order.</param>
    /// <param name="items">Rows that there are.</param>
    public static CooccurringItems Of(IReadOnlyList<int[]> sessions, int items, AdapterOptions options)
    {
        int window = options.Window;
        long occurrences = sessions.Sum(session => (long)session.Length * Math.Min(2 * window, session.Length - 1));
        float share = (float)Math.Min(1, (double)MostOccurrences / Math.Max(1, occurrences));
        var random = new SplitMix64((ulong)options.Seed);
        var weights = new Dictionary<long, double>();
        foreach (int[] session in sessions)
        {
            for (int i = 0; i < session.Length; i++)
            {
                int first = Math.Max(0, i - window), last = Math.Min(session.Length - 1, i + window);
                for (int j = first; j <= last; j++)
                {
                    if (session[j] == session[i] || (share < 1 && random.NextSingle() >= share))
                        continue;
                    // Both ways alike, so that who is near to the other is near from there, too.
                    double weight = 0.5 / (last - first);
                    Add(session[i], session[j], weight);
                    Add(session[j], session[i], weight);
                }
            }
        }
        return Packed(items, weights, options.Flatness);

        void Add(int a, int b, double weight)
        {
            long key = (long)a * items + b;   // two numbers side by side in 64 bits have one hash for all a ^ b
            weights[key] = weights.GetValueOrDefault(key) + weight;
        }
    }

    /// <summary>The items that occur near one, ascending.</summary>
    public ReadOnlySpan<int> Near(int item) => _others.AsSpan(_starts[item].._starts[item + 1]);

    public bool Has(int item, int other) => Near(item).BinarySearch(other) >= 0;

    /// <summary>A pair, each as likely as it is heavy.</summary>
    public (int Item, int Other) Draw(ref SplitMix64 random)
    {
        double point = random.Next() * (1.0 / ulong.MaxValue) * _reaches[^1];
        int pair = Array.BinarySearch(_reaches, point);
        pair = Math.Min(pair < 0 ? ~pair : pair, _others.Length - 1);
        int item = Array.BinarySearch(_starts, pair);
        if (item < 0)
            item = ~item - 1;
        while (_starts[item + 1] == pair)   // items without others begin where the next one does
            item++;
        return (item, _others[pair]);
    }

    private static CooccurringItems Packed(int items, Dictionary<long, double> weights, double flatness)
    {
        long[] keys = [.. weights.Keys];
        Array.Sort(keys);
        int[] starts = new int[items + 1], others = new int[keys.Length];
        var frequencies = new double[items];
        foreach (long key in keys)
        {
            starts[(int)(key / items) + 1]++;
            frequencies[(int)(key / items)] += weights[key];
        }
        for (int item = 0; item < items; item++)
            starts[item + 1] += starts[item];
        TensorPrimitives.Pow(frequencies, flatness, frequencies);
        var reaches = new double[keys.Length];
        double reach = 0;
        for (int pair = 0; pair < keys.Length; pair++)
        {
            int item = (int)(keys[pair] / items);
            others[pair] = (int)(keys[pair] % items);
            reaches[pair] = reach += weights[keys[pair]] / (frequencies[item] * frequencies[others[pair]]);
        }
        return new CooccurringItems(starts, others, reaches);
    }
}
