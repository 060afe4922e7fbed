using Hybrid.Behavior;

namespace Hybrid.Tests.Behavior;

public sealed class NoiseDistributionTests
{
    private const int Draws = 1_000_000;

    [Theory]
    [InlineData(0.75)]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-0.5)]
    public void Items_are_drawn_in_proportion_to_count_to_the_exponent(double exponent)
    {
        long[] counts = [1, 1_000, 7, 50, 50, 3, 200];
        var noise = new NoiseDistribution(counts, exponent);
        var random = new SplitMix64(11);
        var drawn = new int[counts.Length];

        for (int i = 0; i < Draws; i++)
            drawn[noise.Drawn(random.Next())]++;

        double sum = counts.Sum(count => Math.Pow(count, exponent));
        for (int i = 0; i < counts.Length; i++)
        {
            double p = Math.Pow(counts[i], exponent) / sum;
            double deviation = Math.Sqrt(Draws * p * (1 - p));
            Assert.InRange(drawn[i], Draws * p - 5 * deviation, Draws * p + 5 * deviation);
        }
    }

    [Fact]
    public void A_single_item_is_always_drawn()
    {
        var noise = new NoiseDistribution([3], 0.75);
        var random = new SplitMix64(1);
        for (int i = 0; i < 100; i++)
            Assert.Equal(0, noise.Drawn(random.Next()));
    }

    [Fact]
    public void Parts_have_every_so_many_th_item_each_in_proportion_among_them()
    {
        long[] counts = [400, 300, 100, 50, 50];
        var parts = new[] { new NoiseDistribution(counts, 1, part: 0, parts: 2), new NoiseDistribution(counts, 1, part: 1, parts: 2) };
        var random = new SplitMix64(3);
        var drawn = new int[2, counts.Length];
        for (int i = 0; i < Draws; i++)
            drawn[i % 2, parts[i % 2].Drawn(random.Next())]++;

        for (int item = 0; item < counts.Length; item++)
        {
            Assert.Equal(0, drawn[1 - item % 2, item]);
            double p = counts[item] / (item % 2 == 0 ? 550.0 : 350), deviation = Math.Sqrt(Draws / 2 * p * (1 - p));
            Assert.InRange(drawn[item % 2, item], Draws / 2 * p - 5 * deviation, Draws / 2 * p + 5 * deviation);
        }
    }
}
