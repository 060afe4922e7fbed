using Hybrid.Encoding.Adapting;
using Hybrid.Tests.Vectors;
using Hybrid.Vectors;

namespace Hybrid.Tests.Encoding.Adapting;

/// <summary>A synthetic shop: half of what a text says is what a thing is, by which texts are near; the other half is what it goes with.</summary>
public sealed class AdapterTrainingTests
{
    private const int D = 16, Groups = 12, Each = 12, Items = Groups * Each;

    private static readonly AdapterOptions Options = new() { Passes = 6, PairsAPass = 2_048, Rate = 0.01, Decay = 0.1, Mined = 0.5 };

    [Fact]
    public void Items_that_occur_together_come_nearer_though_their_texts_are_far()
    {
        float[] vectors = Vectors();
        FittedAdapter fitted = Train(vectors, Options);

        Assert.InRange(fitted.BestPass, 1, fitted.Passes);
        Assert.True(Found(vectors, fitted.Matrix) > Found(vectors, Identity()) + 0.2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_matrix_to_the_bit_and_another_one_another()
    {
        float[] vectors = Vectors(), first = Train(vectors, Options).Matrix;
        Assert.Equal(first, Train(vectors, Options).Matrix);
        Assert.NotEqual(first, Train(vectors, Options with { Seed = 2 }).Matrix);
    }

    [Fact]
    public void Where_nothing_is_gained_training_stops_early_with_the_identity()
    {
        float[] vectors = Vectors();
        FittedAdapter fitted = new AdapterTraining(vectors, D, Pairs(Options), Options with { Patience = 2 }).Run(
            matrix => matrix.AsSpan().SequenceEqual(Identity()) ? 1 : 0, null, Token);
        Assert.Equal((0, 2), (fitted.BestPass, fitted.Passes));
        Assert.Equal(Identity(), fitted.Matrix);
    }

    [Fact]
    public void Cancelled_it_ends_between_batches()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        float[] vectors = Vectors();
        var training = new AdapterTraining(vectors, D, Pairs(Options), Options);
        Assert.ThrowsAny<OperationCanceledException>(() => training.Run(_ => 0, new CancelAtFirst(source), source.Token));
    }

    [Fact]
    public void Pairs_are_those_within_the_window_each_once_and_drawn_by_their_weight()
    {
        CooccurringItems pairs = CooccurringItems.Of([[0, 1, 2], [0, 1], [0, 0, 3]], 5, new AdapterOptions { Window = 1, Flatness = 0 });
        Assert.Equal([1, 3], pairs.Near(0).ToArray());
        Assert.Equal([0, 2], pairs.Near(1).ToArray());
        Assert.Empty(pairs.Near(4).ToArray());
        Assert.Equal(3, pairs.Count);
        Assert.True(pairs.Has(3, 0) && !pairs.Has(2, 0) && !pairs.Has(4, 0));

        var random = new SplitMix64Draws(7);
        Dictionary<(int, int), int> drawn = random.Of(pairs, 4_000).CountBy(pair => pair).ToDictionary();
        Assert.Equal(6, drawn.Count);
        Assert.Equal(1.0, drawn[(0, 1)] / (double)drawn[(1, 0)], 0.2);
        Assert.True(drawn[(0, 1)] > drawn[(1, 2)]);   // it occurs twice
    }

    [Fact]
    public void Mined_negatives_are_near_in_text_and_never_together()
    {
        float[] vectors = Vectors();
        CooccurringItems pairs = Pairs(Options);
        var mined = new MinedNegatives(vectors, D, pairs);
        mined.Find([3]);
        int[] near = mined.Of(3).ToArray();
        Assert.NotEmpty(near);
        Assert.DoesNotContain(near, other => other == 3 || pairs.Has(3, other));
        double[] scores = [.. near.Select(other => (double)InnerProducts.Score(vectors.AsSpan(3 * D, D), vectors.AsSpan(other * D, D)))];
        Assert.Equal(scores.OrderDescending(), scores);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static FittedAdapter Train(float[] vectors, AdapterOptions options) =>
        new AdapterTraining(vectors, D, Pairs(options), options).Run(matrix => Found(vectors, matrix), null, Token);

    /// <summary>Item i is one of its group i / Each by text, and goes with those of the same i % Each.</summary>
    private static float[] Vectors()
    {
        double[] noise = RowRotationsTests.Gaussian(new Random(5), (Items + Groups + Each) * D);
        var vectors = new float[Items * D];
        for (int item = 0; item < Items; item++)
        {
            for (int j = 0; j < D; j++)
            {
                // The first half says what it is, the second, more quietly, what it goes with.
                double what = j < D / 2 ? noise[(Items + item / Each) * D + j] : 0.4 * noise[(Items + Groups + item % Each) * D + j];
                vectors[item * D + j] = (float)(what + 0.1 * noise[item * D + j]);
            }
            UnitVector.Normalize(vectors.AsSpan(item * D, D));
        }
        return vectors;
    }

    private static CooccurringItems Pairs(AdapterOptions options)
    {
        var random = new Random(3);
        return CooccurringItems.Of([.. Enumerable.Range(0, 400).Select(session =>
            Enumerable.Range(0, 4).Select(_ => random.Next(Groups) * Each + session % Each).ToArray())], Items, options);
    }

    /// <summary>Of the ten nearest the share that goes with the item.</summary>
    private static double Found(float[] vectors, float[] matrix)
    {
        var adapted = new float[vectors.Length];
        MatrixProducts.Multiply(vectors, matrix, adapted, D);
        for (int item = 0; item < Items; item++)
            UnitVector.Normalize(adapted.AsSpan(item * D, D));
        return Enumerable.Range(0, Items).Average(item => Enumerable.Range(0, Items).Where(other => other != item)
            .OrderByDescending(other => InnerProducts.Score(adapted.AsSpan(item * D, D), adapted.AsSpan(other * D, D))).Take(10)
            .Average(other => other % Each == item % Each ? 1.0 : 0));
    }

    private static float[] Identity() => [.. Enumerable.Range(0, D * D).Select(i => i / D == i % D ? 1f : 0f)];

    private sealed class CancelAtFirst(CancellationTokenSource source) : IProgress<AdapterProgress>
    {
        public void Report(AdapterProgress value) => source.Cancel();
    }

    private sealed class SplitMix64Draws(ulong seed)
    {
        private Hybrid.Behavior.SplitMix64 _random = new(seed);

        public IEnumerable<(int, int)> Of(CooccurringItems pairs, int count)
        {
            for (int i = 0; i < count; i++)
                yield return pairs.Draw(ref _random);
        }
    }
}
