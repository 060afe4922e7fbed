using Hybrid.Tests.Engine;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>How long a plan says that a migration takes.</summary>
public sealed class DurationIntervalTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void It_is_as_worked_out_by_hand()
    {
        Assert.Equal((0.0, 0.0), DurationInterval.Of([]));
        Assert.Equal((0.0, 0.0), DurationInterval.Of([0, 0]));
        Assert.Equal((1.5, 6.0), DurationInterval.Of([3]));
        Assert.Equal((5.0, 5.0), Rounded(DurationInterval.Of([5, 5, 5])));
        // Logarithms −1, 0, 1: mean 0, deviation 1; t = 2.9200 of two degrees of freedom, √(1 + 1/3) = 1.154701.
        (double least, double most) = DurationInterval.Of([Math.Exp(-1), 1, Math.E]);
        Assert.Equal((0.0343, 29.129), (Math.Round(least, 4), Math.Round(most, 3)));
        // Fourteen batches: the 95 % point of 13 degrees of freedom is 1.7709, √(1 + 1/14) = 1.035098, of ± 1 the deviation √(14/13) = 1.037749.
        (_, most) = DurationInterval.Of([.. Enumerable.Range(0, 14).Select(i => Math.Exp(i % 2 == 0 ? 1 : -1))]);
        Assert.Equal(Math.Exp(1.7709 * 1.035098 * 1.037749), most, 2);
    }

    /// <summary>The rest has in common what slowed it down; the interval about the mean of so few, which this was, has less than two thirds of them.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(30)]
    public void Nine_of_ten_lie_within_whatever_the_number_of_batches(int batches)
    {
        const int runs = 4_000;
        var random = new Random(3);
        int within = 0;
        for (int run = 0; run < runs; run++)
        {
            (double least, double most) = DurationInterval.Of([.. Enumerable.Range(0, batches).Select(_ => Time())]);
            within += Time() is var taken && taken >= least && taken <= most ? 1 : 0;
        }
        Assert.InRange(within, .88 * runs, .92 * runs);   // four standard deviations

        double Time() => 5 * Math.Exp(.08 * (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
    }

    [Fact]
    public async Task A_plan_says_what_its_batches_took_and_the_pauses_between_slices()
    {
        // The first batch warms up and counts for nothing; those behind it take 640, 320 and 160 ms for 64 items each, and 40 ms for the last 8.
        var clock = new CountedClock([9_000, 640, 320, 160, 40]);
        await using HybridEngine engine = await HybridEngine.OpenAsync(_shop.Options with { Time = clock }, cancellationToken: Token);
        await engine.AddAsync(Enumerable.Range(0, 4 * 64 + 8).Select(i => Shop.Product($"I{i}", "Lamp")), Token);
        await engine.IndexAsync(cancellationToken: Token);
        MigrationEstimate said = await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = 128 }, Token);
        (double least, double most) = DurationInterval.Of([10, 5, 2.5, 5]);
        Assert.Equal(264 * 1.06 * least, said.LeastTime.TotalMilliseconds, 1);
        Assert.Equal(264 * 1.06 * most, said.MostTime.TotalMilliseconds, 1);
        Assert.Equal((264, 264L), (said.Sampled, said.ToEncode));
    }

    private static (double Least, double Most) Rounded((double Least, double Most) interval) =>
        (Math.Round(interval.Least, 9), Math.Round(interval.Most, 9));

    /// <summary>A clock by which what is measured takes so many milliseconds, one after the other.</summary>
    private sealed class CountedClock(double[] milliseconds) : TimeProvider
    {
        private long _now;
        private int _asked;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            if (_asked++ % 2 == 1)
                _now += TimeSpan.FromMilliseconds(milliseconds[_asked / 2 - 1]).Ticks;
            return _now;
        }
    }
}
