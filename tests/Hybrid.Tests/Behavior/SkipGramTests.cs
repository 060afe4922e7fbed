using Hybrid.Behavior;

namespace Hybrid.Tests.Behavior;

public sealed class SkipGramTests
{
    [Fact]
    public void Without_thinning_the_pairs_are_those_within_the_drawn_reach()
    {
        // Reach 1 … 3, each equally often; away from the ends a centre has 2·reach neighbours.
        var skipGram = new SkipGram(new Item2VecOptions { VectorSize = 2, Window = 3, Sample = 0 }, [20_000, 20_000, 20_000, 20_000, 20_000]);
        int[] sequence = [.. Enumerable.Range(0, 100_000).Select(i => i % 5)];   // none comes again within the window
        var random = new SplitMix64(3);

        long pairs = skipGram.Train(sequence, 0.01f, ref random, skipGram.Scratch(sequence.Length));

        // Mean 4, variance 8/3 a centre: five standard deviations of the sum.
        double deviation = Math.Sqrt(100_000 * 8 / 3.0);
        Assert.InRange(pairs, 400_000 - 5 * deviation, 400_000 + 5 * deviation);
    }

    [Fact]
    public void Window_one_pairs_each_item_with_its_two_neighbours()
    {
        var skipGram = new SkipGram(new Item2VecOptions { VectorSize = 2, Window = 1, Sample = 0 }, [5, 5]);
        var random = new SplitMix64(3);
        Assert.Equal(2 * 9, skipGram.Train([0, 1, 0, 1, 0, 1, 0, 1, 0, 1], 0.01f, ref random, skipGram.Scratch(10)));
    }

    [Fact]
    public void An_item_is_never_its_own_neighbour()
    {
        var skipGram = new SkipGram(new Item2VecOptions { VectorSize = 2, Window = 1, Sample = 0 }, [5, 5]);
        var random = new SplitMix64(3);
        float[] before = skipGram.Inputs.ToArray();
        Assert.Equal(0, skipGram.Train([0, 0, 0, 0, 0], 0.01f, ref random, skipGram.Scratch(10)));
        Assert.Equal(before, skipGram.Inputs.ToArray());
        Assert.Equal(2, skipGram.Train([0, 0, 0, 1, 1], 0.01f, ref random, skipGram.Scratch(10)));

        // To and fro: at reach 2 every other place in reach has the item itself.
        var wide = new SkipGram(new Item2VecOptions { VectorSize = 2, Window = 2, Sample = 0 }, [5, 5]);
        Assert.Equal(2 * 9, wide.Train([0, 1, 0, 1, 0, 1, 0, 1, 0, 1], 0.01f, ref random, wide.Scratch(10)));
    }

    [Fact]
    public void Thinning_keeps_occurrences_of_frequent_items_with_word2vecs_probability()
    {
        // 90 items, each with an excess of 90: kept with (√90 + 1)/90, and hardly ever left beside itself; the rare item always stays.
        const int Frequent = 90;
        var skipGram = new SkipGram(
            new Item2VecOptions { VectorSize = 2, Window = 1, Sample = 0.01 / Frequent }, [.. Enumerable.Repeat(9_000_000L, Frequent), 100 * Frequent]);
        int[] sequence = [.. Enumerable.Range(0, 100_000).Select(i => i % Frequent)];
        var random = new SplitMix64(5);

        long pairs = skipGram.Train(sequence, 0.01f, ref random, skipGram.Scratch(sequence.Length));

        double excess = 9_000_000 / (0.01 * 9_000_100);
        double p = (Math.Sqrt(excess) + 1) / excess;
        double kept = pairs / 2.0 + 1;   // window 1: two pairs less than two an occurrence
        double deviation = Math.Sqrt(100_000 * p * (1 - p));
        Assert.InRange(kept, 100_000 * p - 5 * deviation, 100_000 * p + 5 * deviation);
    }

    [Fact]
    public void One_step_moves_the_vectors_as_the_formula_says()
    {
        // Both items' only negative is the other one or themselves, which is skipped, so each pair is one positive and at most one negative step.
        var options = new Item2VecOptions { VectorSize = 4, Window = 1, Sample = 0, Negative = 1, Seed = 9 };
        var skipGram = new SkipGram(options, [1, 1]);
        float[] before = skipGram.Inputs.ToArray();
        var random = new SplitMix64(21);
        skipGram.Train([0, 1], 0.5f, ref random, skipGram.Scratch(2));

        float[] expected = Twin(before, [0, 1], alpha: 0.5, new SplitMix64(21));
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], skipGram.Inputs.Span[i], 1e-6f);
    }

    /// <summary>The same in doubles and plain loops, for two items, window 1, one negative, no thinning.</summary>
    private static float[] Twin(float[] start, int[] sequence, double alpha, SplitMix64 random)
    {
        double[] inputs = [.. start.Select(x => (double)x)];
        var outputs = new double[8];
        var noise = new NoiseDistribution([1, 1], 0.75);
        int[] negatives = [noise.Drawn(random.Next()), noise.Drawn(random.Next())];
        for (int center = 0; center < 2; center++)
        {
            int input = sequence[1 - center] * 4;
            var gradient = new double[4];
            Step(sequence[center], 1);
            int negative = negatives[center];
            if (negative != sequence[center])
                Step(negative, 0);
            for (int i = 0; i < 4; i++)
                inputs[input + i] += gradient[i];

            void Step(int target, double label)
            {
                double dot = 0;
                for (int i = 0; i < 4; i++)
                    dot += inputs[input + i] * outputs[target * 4 + i];
                double g = (label - 1 / (1 + Math.Exp(-dot))) * alpha;
                for (int i = 0; i < 4; i++)
                {
                    gradient[i] += g * outputs[target * 4 + i];
                    outputs[target * 4 + i] += g * inputs[input + i];
                }
            }
        }
        return [.. inputs.Select(x => (float)x)];
    }
}
