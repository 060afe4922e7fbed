using Hybrid.Behavior;

namespace Hybrid.Tests.Behavior;

public sealed class PairKernelTests
{
    /// <summary>Every number of targets around a group of six and two, and dimensions with and without a rest.</summary>
    [Theory]
    [InlineData(64, 6)]
    [InlineData(128, 6)]
    [InlineData(7, 6)]
    [InlineData(13, 6)]
    [InlineData(32, 2)]
    [InlineData(20, 7)]
    [InlineData(19, 12)]
    [InlineData(8, 26)]
    public void A_pair_is_trained_as_the_formula_says(int d, int targets)
    {
        const int Rows = 9;
        var random = new Random(d * 100 + targets);
        float[] input = [.. Enumerable.Range(0, d).Select(_ => random.NextSingle() - 0.5f)];
        float[] outputs = [.. Enumerable.Range(0, Rows * d).Select(_ => random.NextSingle() - 0.5f)];
        var scratch = new SkipGramScratch(1, targets, d, new NoiseDistribution([1], 1));
        for (int k = 0; k < targets; k++)
            scratch.Targets.Rows[k] = random.Next(Rows);
        for (int k = 1; k < targets; k++)
            scratch.Targets.Counts[k] = scratch.Targets.Rows[k] == scratch.Targets.Rows[0] ? 0 : 1;
        // Of rows that come twice within a group both steps start from the same prediction, so the twin knows groups.
        (double[] expectedInput, double[] expectedOutputs) = Twin(input, outputs, scratch, alpha: 0.3);

        PairKernel.Train(input, outputs, scratch.Targets.Rows, scratch, 0.3f);

        Assert.All(Enumerable.Range(0, d), i => Assert.Equal(expectedInput[i], input[i], 1e-5));
        Assert.All(Enumerable.Range(0, Rows * d), i => Assert.Equal(expectedOutputs[i], outputs[i], 1e-5));
    }

    [Fact]
    public void Large_products_saturate_and_stay_finite()
    {
        var scratch = new SkipGramScratch(1, 6, 8, new NoiseDistribution([1], 1));
        scratch.Targets.Rows.AsSpan().Fill(1);
        (scratch.Targets.Rows[0], scratch.Targets.Counts[1]) = (0, 1);
        float[] input = [.. Enumerable.Repeat(100f, 8)], outputs = [.. Enumerable.Repeat(-100f, 8), .. Enumerable.Repeat(-100f, 8)];
        PairKernel.Train(input, outputs, scratch.Targets.Rows, scratch, 0.5f);
        Assert.All(input, x => Assert.Equal(100 + 0.5 * -100, x, 1e-3));   // the centre pulls with all its weight; the negative is told apart already
        Assert.All(outputs[..8], x => Assert.Equal(-100 + 0.5 * 100, x, 1e-3));
        Assert.All(outputs[8..], x => Assert.Equal(-100f, x));
    }

    private static (double[] Input, double[] Outputs) Twin(float[] input, float[] outputs, SkipGramScratch scratch, double alpha)
    {
        int d = input.Length;
        double[] updated = [.. input.Select(x => (double)x)], rows = [.. outputs.Select(x => (double)x)];
        int whole = scratch.Targets.Rows.Length / 6 * 6;
        foreach (int[] group in Enumerable.Range(0, scratch.Targets.Rows.Length).GroupBy(k => k < whole ? k / 6 : k).Select(g => g.ToArray()))
        {
            double[] steps = [.. group.Select(k => alpha * scratch.Targets.Counts[k] * (scratch.Labels[k]
                - 1 / (1 + Math.Exp(-Enumerable.Range(0, d).Sum(i => input[i] * rows[scratch.Targets.Rows[k] * d + i])))))];
            for (int g = 0; g < group.Length; g++)
            {
                for (int i = 0; i < d; i++)
                {
                    int at = scratch.Targets.Rows[group[g]] * d + i;
                    updated[i] += steps[g] * rows[at];
                    rows[at] += steps[g] * input[i];
                }
            }
        }
        return (updated, rows);
    }
}
