using Hybrid.Catalog;
using Hybrid.Evaluation;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

public sealed class VerdictTests
{
    private static readonly VerdictThresholds Thresholds = new();

    [Theory]
    [InlineData(.002, -.005, .009, 1.0, Verdict.Promote)]
    [InlineData(-.004, -.007, -.001, 1.0, Verdict.Promote)]
    [InlineData(.002, -.005, .009, 1.3, Verdict.Hold)]
    [InlineData(-.03, -.05, -.01, 1.0, Verdict.Rollback)]
    [InlineData(.0, -.02, .02, 1.0, Verdict.Inconclusive)]
    public void The_interval_decides_and_then_the_time(double ahead, double low, double high, double slowdown, Verdict expected) =>
        Assert.Equal(expected, Thresholds.Of(new(ahead, low, high), [], slowdown));

    [Fact]
    public void A_stratum_that_loses_more_than_is_allowed_rolls_back_where_it_is_large_enough()
    {
        MetricValue good = new(.01, .005, .02), bad = new(-.05, -.07, -.03);
        Assert.Equal(Verdict.Rollback, Thresholds.Of(good, [(good, 500), (bad, 100)], 1));
        Assert.Equal(Verdict.Promote, Thresholds.Of(good, [(bad, 29)], 1));
    }

    /// <summary>Differences as two recommenders make them: most users find nothing by either, some by one, some by both at other ranks.</summary>
    [Theory]
    [InlineData(0, 4_000, Verdict.Rollback, .05)]
    [InlineData(-.03, 4_000, Verdict.Promote, .05)]
    [InlineData(-.03, 600, Verdict.Promote, .05)]
    public void Of_a_thousand_replays_few_are_judged_wrongly(double shift, int queries, Verdict wrong, double most)
    {
        const int replays = 1_000;
        var random = new Random(17);
        int wrongs = 0;
        for (int replay = 0; replay < replays; replay++)
        {
            double sum = 0, squares = 0;
            for (int i = 0; i < queries; i++)
            {
                double x = Gain(random, .1 + shift / .59) - Gain(random, .1);   // .59: the mean gain of a hit
                (sum, squares) = (sum + x, squares + x * x);
            }
            // Of so many queries the bootstrap's interval is the normal one.
            double mean = sum / queries, half = 1.96 * Math.Sqrt((squares / queries - mean * mean) / queries);
            wrongs += Thresholds.Of(new(mean, mean - half, mean + half), [], 1) == wrong ? 1 : 0;
        }
        Assert.True(wrongs <= most * replays, $"{wrongs} of {replays} with seed 17.");
    }

    [Fact]
    public void As_many_queries_are_asked_for_as_make_the_interval_narrow_enough()
    {
        Assert.Equal(3_934, Thresholds.QueriesNeeded(.32));
        Assert.Equal(9, new VerdictThresholds { MaxLoss = .02 }.QueriesNeeded(.03));
    }

    [Fact]
    public void Thresholds_come_from_a_file_and_a_slip_in_it_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("t.json"), """{"max_loss": 0.005}""");
        Assert.Equal(new VerdictThresholds { MaxLoss = .005 }, VerdictThresholds.Read(folder.File("t.json")));
        File.WriteAllText(folder.File("t.json"), """{"max_los": 0.005}""");
        Assert.Contains("max_los", Assert.Throws<DataFileException>(() => VerdictThresholds.Read(folder.File("t.json"))).Message, StringComparison.Ordinal);
    }

    /// <summary>What one query gains: a hit with this probability, at a rank of 1 to 5 with the mean gain of such.</summary>
    private static double Gain(Random random, double probability) => random.NextDouble() < probability ? 1 / Math.Log2(random.Next(1, 6) + 1) : 0;
}
