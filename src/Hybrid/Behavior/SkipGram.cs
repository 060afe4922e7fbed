using System.Numerics.Tensors;

namespace Hybrid.Behavior;

/// <summary>Skip-gram with negative sampling over packed sequences: which pairs are trained, and against what.</summary>
/// <remarks>
/// <para>Mikolov, Sutskever, Chen, Corrado, Dean: Distributed representations of words and phrases and their compositionality, 2013, equation 4; windows,
/// thinning and noise as in the authors' word2vec.c and in gensim: the neighbour's input vector learns to predict the item at the centre.</para>
/// <para>The neighbours of a centre share its negatives, up to <see cref="MostSharing"/> of them: the rows of a window stay in the first-level cache instead of
/// being fetched for each pair (Ji, Satish, Li, Dubey: Parallelizing word2vec in shared and distributed memory, arXiv 1604.04661). Unlike there the pairs are
/// trained one after the other, each with what the one before has learned.</para>
/// <para>Threads: several may train different sequences at once. They race on the vectors on purpose (Recht, Ré, Wright, Niu: Hogwild!, 2011); a float is never
/// torn.</para>
/// </remarks>
internal sealed class SkipGram
{
    /// <summary>Neighbours of one centre that are told apart from the same negatives.</summary>
    public const int MostSharing = 32;

    // Neighbours whose rows are asked for before their turn; more would push each other out of the first-level cache.
    private const int MostAhead = 16;

    // Items: of fewer, negatives would say too little of the others.
    private const int LeastInPart = 1_000;

    // Of 4,096 such numbers the squares still have a finite sum: 4096 · 1e32 < 3.4e38.
    private const float MostMagnitude = 1e16f;

    private readonly Item2VecOptions _options;
    private readonly float[] _keep;
    private readonly long[] _counts;
    private readonly Memory<float> _inputs;
    private readonly Memory<float> _outputs;
    private readonly float[]? _shares;

    /// <param name="counts">[n]: occurrences of each item.</param>
    /// <param name="shares">[n]: how much of each step an item's vectors take, 0 … 1; null: all take all.</param>
    public SkipGram(Item2VecOptions options, long[] counts, float[]? shares = null)
    {
        _counts = counts;
        _shares = shares;
        _options = options;
        _keep = KeepProbabilities(counts, options.Sample ?? 0);
        _inputs = ScatteredMemory.Allocate(counts.Length * options.VectorSize);
        _outputs = ScatteredMemory.Allocate(_inputs.Length);

        var random = new SplitMix64((ulong)options.Seed);
        foreach (ref float input in _inputs.Span)
            input = (random.NextSingle() - 0.5f) / options.VectorSize;
    }

    /// <summary>[n × d], row-major: the vectors being trained, random at first; those that are there already may be put in their place.</summary>
    public Memory<float> Inputs => _inputs;

    /// <summary>[n × d], row-major: what they are trained against, zeros at first; likewise.</summary>
    public Memory<float> Outputs => _outputs;

    /// <summary>The first item whose vectors have gone out of bounds: into infinity, NaN, or numbers whose cosines would be; −1 while there is none.</summary>
    public int FindDiverged()
    {
        if (IsBounded(_inputs.Span) && IsBounded(_outputs.Span))
            return -1;
        int item = 0;
        while (IsBounded(Row(_inputs.Span, item)) && IsBounded(Row(_outputs.Span, item)))
            item++;
        return item;
    }

    /// <summary>What a worker needs of its own; used by one thread.</summary>
    /// <param name="longest">Items of the longest sequence.</param>
    /// <param name="noise">One of <see cref="Noise"/>; null: of all items.</param>
    public SkipGramScratch Scratch(int longest, NoiseDistribution? noise = null) =>
        new(longest, _options.Negative + 1, _options.VectorSize, noise ?? Noise(workers: 1)[0]);

    /// <summary>What so many workers draw negatives from, each from another part in turn: all items in one where there is one worker, or few items.</summary>
    /// <remarks>Else most rows that a worker needs would have been written by another one just before, and come from its cache: with two workers and a few
    /// thousand items that took half of the time. A part is every so many-th item by count, so that the parts weigh nearly the same: an item is drawn as
    /// often as from all, up to the share of the most frequent one.</remarks>
    public NoiseDistribution[] Noise(int workers)
    {
        int parts = _counts.Length >= workers * LeastInPart ? workers : 1;
        return [.. Enumerable.Range(0, parts).Select(part => new NoiseDistribution(_counts, _options.NsExponent, part, parts))];
    }

    /// <summary>Trains one sequence and returns its number of pairs.</summary>
    /// <remarks>Where word2vec pairs a word that comes again within the window with itself, an item does not teach that it is its own neighbour: A, B, A, B
    /// are four pairs of A and B, and somebody who goes to and fro between two pages says no more than that.</remarks>
    /// <param name="sequence">Item indices below n.</param>
    public long Train(ReadOnlySpan<int> sequence, float alpha, ref SplitMix64 random, SkipGramScratch scratch)
    {
        Span<float> inputs = _inputs.Span, outputs = _outputs.Span;
        Span<int> kept = scratch.Kept;
        int length = 0;
        foreach (int item in sequence)
        {
            if (_keep[item] >= 1 || random.NextSingle() < _keep[item])
                kept[length++] = item;
        }

        int ahead = Math.Min(length, Math.Min(_options.Window, MostAhead));
        for (int i = 0; i < ahead; i++)
            ScatteredMemory.Fetch(Row(inputs, kept[i]));
        for (int k = 0; k < scratch.Draws.Length; k++)
            scratch.Noise.Fetch(scratch.Draws[k] = random.Next());
        if (length > 0)
            DrawTargets(kept[0], ref random, scratch.NextTargets, outputs, scratch);

        long pairs = 0;
        for (int center = 0; center < length; center++)
        {
            // One ahead, so that memory brings the rows of the next centre while this one is trained.
            scratch.TakeNextTargets();
            if (center + 1 < length)
                DrawTargets(kept[center + 1], ref random, scratch.NextTargets, outputs, scratch);
            if (center + ahead < length)
                ScatteredMemory.Fetch(Row(inputs, kept[center + ahead]));

            int reach = 1 + random.Below(_options.Window);
            int first = Math.Max(0, center - reach);
            int last = (int)Math.Min(length - 1, (long)center + reach);
            int sharing = 0;
            for (int neighbor = first; neighbor <= last; neighbor++)
            {
                if (kept[neighbor] == kept[center])   // the same place, or the same item
                    continue;
                if (sharing++ == MostSharing)
                {
                    DrawTargets(kept[center], ref random, scratch.Targets, outputs, scratch);
                    sharing = 1;
                }
                if (_shares is null)
                    PairKernel.Train(Row(inputs, kept[neighbor]), outputs, scratch.Targets.Rows, scratch, alpha);
                else
                    TrainShares(kept[neighbor], _shares, scratch, alpha);
                pairs++;
            }
        }
        return pairs;
    }

    /// <summary>One pair on copies, of whose change each row takes its share: one that is held is never written, not even for a moment.</summary>
    private void TrainShares(int neighbor, float[] shares, SkipGramScratch scratch, float alpha)
    {
        int d = scratch.Dimension;
        Span<float> input = scratch.Copies.AsSpan(0, d), outputs = scratch.Copies.AsSpan(d);
        Row(_inputs.Span, neighbor).CopyTo(input);
        for (int k = 0; k < scratch.Targets.Rows.Length; k++)
            Row(_outputs.Span, scratch.Targets.Rows[k]).CopyTo(outputs.Slice(k * d, d));
        scratch.Copies.CopyTo(scratch.Before, 0);
        PairKernel.Train(input, outputs, scratch.CopiedTargets, scratch, alpha);
        TakeShare(shares[neighbor], 0, Row(_inputs.Span, neighbor));
        for (int k = 0; k < scratch.Targets.Rows.Length; k++)
            TakeShare(shares[scratch.Targets.Rows[k]], k + 1, Row(_outputs.Span, scratch.Targets.Rows[k]));

        void TakeShare(float share, int copy, Span<float> row)
        {
            if (share == 0)
                return;
            Span<float> change = scratch.Copies.AsSpan(copy * d, d);
            TensorPrimitives.Subtract(change, scratch.Before.AsSpan(copy * d, d), change);
            TensorPrimitives.MultiplyAdd(change, share, row, row);
        }
    }

    /// <summary>The centre, and negatives; one that is the centre itself is not learned from.</summary>
    private void DrawTargets(int center, ref SplitMix64 random, SkipGramTargets targets, Span<float> outputs, SkipGramScratch scratch)
    {
        targets.Rows[0] = center;
        ScatteredMemory.Fetch(Row(outputs, center));
        for (int k = 1; k < targets.Rows.Length; k++)
        {
            int negative = scratch.Noise.Drawn(scratch.Draws[k - 1]);
            scratch.Noise.Fetch(scratch.Draws[k - 1] = random.Next());
            targets.Rows[k] = negative;
            targets.Counts[k] = negative == center ? 0 : 1;
            ScatteredMemory.Fetch(Row(outputs, negative));
        }
    }

    private Span<float> Row(Span<float> vectors, int row) => vectors.Slice(row * _options.VectorSize, _options.VectorSize);

    private static bool IsBounded(ReadOnlySpan<float> vectors) => TensorPrimitives.MaxMagnitude(vectors) <= MostMagnitude;   // NaN is not within any bound

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
