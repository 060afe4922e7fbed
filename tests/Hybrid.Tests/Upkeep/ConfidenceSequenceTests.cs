using Hybrid.Evaluation;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

public sealed class ConfidenceSequenceTests
{
    [Theory]
    // One hit of one: the mixture gives it ½, so that p is left out below ½ / 20.
    [InlineData(1, 1, 0.025, 1)]
    [InlineData(0, 1, 0, 0.975)]
    // One of two: B(1.5, 1.5) / π = 1/8, and p (1 − p) = 1/160.
    [InlineData(1, 2, 0.00628956, 0.99371044)]
    [InlineData(0, 0, 0, 1)]
    public void Intervals_of_few_are_as_worked_out_by_hand(long hits, long trials, double low, double high)
    {
        MetricValue interval = ConfidenceSequence.Of(hits, trials);
        Assert.Equal(low, interval.Low, 8);
        Assert.Equal(high, interval.High, 8);
    }

    [Fact]
    public void It_narrows_as_more_come_and_is_wider_than_one_for_a_moment_that_was_fixed_before()
    {
        MetricValue few = ConfidenceSequence.Of(30, 1_000), many = ConfidenceSequence.Of(30_000, 1_000_000);
        double fixedHalf = 1.96 * Math.Sqrt(.03 * .97 / 1_000_000);
        Assert.InRange(many.High - .03, fixedHalf, 3 * fixedHalf);
        Assert.InRange((few.High - few.Low) / (many.High - many.Low), 20, 40);
        MetricValue ahead = ConfidenceSequence.Ahead((33_000, 1_000_000), (30_000, 1_000_000));
        Assert.Equal(.003, ahead.Value, 12);
        Assert.InRange(ahead.Low, 1e-9, .003);
    }

    [Theory]
    [InlineData(.02)]
    [InlineData(.5)]
    public void Of_two_thousand_runs_looked_at_after_every_request_one_in_twenty_at_most_ever_leaves_the_rate_out(double rate)
    {
        const int runs = 2_000, requests = 400;
        var random = new Random(11);
        // Whether an interval holds the rate depends on nothing else than the two counts.
        var holds = new bool?[requests + 1, requests + 1];
        int wrong = 0;
        for (int run = 0; run < runs; run++)
        {
            int hits = 0;
            bool isOut = false;
            for (int n = 1; n <= requests; n++)
            {
                hits += random.NextDouble() < rate ? 1 : 0;
                holds[hits, n] ??= ConfidenceSequence.Of(hits, n) is var interval && interval.Low <= rate && rate <= interval.High;
                isOut |= holds[hits, n] == false;
            }
            wrong += isOut ? 1 : 0;
        }
        // 5 %, and three standard errors of 2,000 runs.
        Assert.InRange(wrong, 0, (int)((.05 + (3 * Math.Sqrt(.05 * .95 / runs))) * runs));
    }

    [Fact]
    public void What_is_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceSequence.Of(2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ConfidenceSequence.Of(1, 1, 0));
    }
}
