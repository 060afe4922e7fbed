using System.Numerics.Tensors;

namespace Hybrid.Behavior;

/// <summary>Skip-gram with negative sampling over packed sequences: the inner loops of Item2Vec.</summary>
/// <remarks>
/// <para>Mikolov, Sutskever, Chen, Corrado, Dean: Distributed representations of words and phrases and their compositionality, 2013, equation 4; windows,
/// thinning and noise as in the authors' word2vec.c and in gensim: the neighbour's input vector learns to predict the item at the centre.</para>
/// <para>Threads: several may train different sequences at once. They race on the vectors on purpose (Recht, Ré, Wright, Niu: Hogwild!, 2011); a float is never
/// torn.</para>
/// </remarks>
internal sealed class SkipGram
{
    // Of 4,096 such numbers the squares still have a finite sum: 4096 · 1e32 < 3.4e38.
    private const float MostMagnitude = 1e16f;

    private readonly Item2VecOptions _options;
    private readonly float[] _keep;
    private readonly NoiseDistribution _noise;
    private readonly float[] _inputs;
    private readonly float[] _outputs;

    /// <param name="counts">[n]: occurrences of each item.</param>
    public SkipGram(Item2VecOptions options, ReadOnlySpan<long> counts)
    {
        _options = options;
        _keep = KeepProbabilities(counts, options.Sample ?? 0);
        _noise = new NoiseDistribution(counts, options.NsExponent);
        _inputs = new float[counts.Length * options.VectorSize];
        _outputs = new float[_inputs.Length];

        var random = new SplitMix64((ulong)options.Seed);
        for (int i = 0; i < _inputs.Length; i++)
            _inputs[i] = (random.NextSingle() - 0.5f) / options.VectorSize;
    }

    /// <summary>[n × d], row-major: the vectors being trained.</summary>
    public float[] Inputs => _inputs;

    /// <summary>Whether training has gone out of bounds: into infinity, NaN, or numbers whose cosines would be.</summary>
    // NaN is not within any bound.
    public bool HasDiverged => !(TensorPrimitives.MaxMagnitude<float>(_inputs) <= MostMagnitude
        && TensorPrimitives.MaxMagnitude<float>(_outputs) <= MostMagnitude);

    /// <summary>Trains one sequence and returns its number of pairs.</summary>
    /// <remarks>Where word2vec pairs a word that comes again within the window with itself, an item does not teach that it is its own neighbour: A, B, A, B
    /// are four pairs of A and B, and somebody who goes to and fro between two pages says no more than that.</remarks>
    /// <param name="sequence">Item indices below n.</param>
    /// <param name="kept">Scratch, at least as long as the sequence.</param>
    /// <param name="gradient">[d] scratch.</param>
    public long Train(ReadOnlySpan<int> sequence, float alpha, ref SplitMix64 random, Span<int> kept, Span<float> gradient)
    {
        int length = 0;
        foreach (int item in sequence)
        {
            if (_keep[item] >= 1 || random.NextSingle() < _keep[item])
                kept[length++] = item;
        }

        long pairs = 0;
        for (int center = 0; center < length; center++)
        {
            int reach = 1 + random.Below(_options.Window);
            int first = Math.Max(0, center - reach);
            int last = (int)Math.Min(length - 1, (long)center + reach);
            for (int neighbor = first; neighbor <= last; neighbor++)
            {
                if (kept[neighbor] == kept[center])   // the same place, or the same item
                    continue;
                TrainPair(kept[neighbor], kept[center], alpha, ref random, gradient);
                pairs++;
            }
        }
        return pairs;
    }

    private void TrainPair(int neighbor, int center, float alpha, ref SplitMix64 random, Span<float> gradient)
    {
        int d = gradient.Length;
        Span<float> input = _inputs.AsSpan(neighbor * d, d);
        gradient.Clear();
        Learn(center, 1, input, alpha, gradient);
        for (int k = 0; k < _options.Negative; k++)
        {
            int negative = _noise.Draw(ref random);
            if (negative != center)
                Learn(negative, 0, input, alpha, gradient);
        }
        TensorPrimitives.Add(input, gradient, input);
    }

    /// <summary>One step of logistic regression: is <paramref name="item"/> the centre of this neighbour?</summary>
    private void Learn(int item, float label, ReadOnlySpan<float> input, float alpha, Span<float> gradient)
    {
        Span<float> output = _outputs.AsSpan(item * input.Length, input.Length);
        float predicted = 1 / (1 + MathF.Exp(-TensorPrimitives.Dot(input, output)));
        float step = (label - predicted) * alpha;
        TensorPrimitives.MultiplyAdd(output, step, gradient, gradient);
        TensorPrimitives.MultiplyAdd(input, step, output, output);
    }

    private static float[] KeepProbabilities(ReadOnlySpan<long> counts, double sample)
    {
        var keep = new float[counts.Length];
        double total = 0;
        foreach (long count in counts)
            total += count;
        for (int i = 0; i < counts.Length; i++)
        {
            double excess = sample == 0 ? 1 : counts[i] / (sample * total);
            keep[i] = (float)((Math.Sqrt(excess) + 1) / excess);
        }
        return keep;
    }
}
