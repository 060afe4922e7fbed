using Hybrid.Tests.Streaming;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Tests.Upkeep;

/// <summary>A backfill beside requests, on a clock of the test's own.</summary>
public sealed class BackfillThrottleTests
{
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(500);

    private readonly SetClock _clock = new(DateTimeOffset.UnixEpoch.AddDays(20_000));
    private readonly BackfillThrottle _throttle;
    private readonly List<double> _latencies = [];

    public BackfillThrottleTests() => _throttle = new BackfillThrottle(_clock) { IsFilling = true };

    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    public void Requests_that_a_backfill_slows_down_are_within_a_fifth_of_their_p95_once_it_has_found_its_pauses(double slowdown)
    {
        Run(TimeSpan.FromMinutes(3), slowdown);
        _latencies.Clear();
        TimeSpan worked = Run(TimeSpan.FromMinutes(10), slowdown);
        // Alone they take up to 14.25 ms in 95 % of the cases.
        Assert.InRange(P95(), 14, 1.2 * 14.25);
        Assert.InRange(worked.TotalSeconds, 10, 200);   // and the backfill goes on: the slower they are the fewer are beside it
    }

    [Fact]
    public void Requests_that_it_slows_down_less_than_that_do_not_slow_it_down()
    {
        Run(TimeSpan.FromMinutes(1), slowdown: 1.05);
        TimeSpan worked = Run(TimeSpan.FromMinutes(1), slowdown: 1.05);
        Assert.Equal(0, _throttle.Pauses);
        Assert.InRange(worked.TotalSeconds, 50, 60);
    }

    [Fact]
    public void When_nobody_asks_any_more_the_pauses_are_as_short_as_they_may_be()
    {
        Run(TimeSpan.FromMinutes(1), slowdown: 5);
        Assert.InRange(_throttle.Pauses, 1, 64);
        _clock.Now += TimeSpan.FromSeconds(11);
        _throttle.BeginSlice();
        Assert.Equal(BackfillThrottle.LeastPause, _throttle.EndSlice(Slice));
        Assert.False(_throttle.IsAsked);
    }

    [Fact]
    public void Nothing_is_measured_while_nothing_is_filled()
    {
        _throttle.IsFilling = false;
        for (int i = 0; i < 100; i++)
            Ask(10);
        _throttle.IsFilling = true;
        Assert.False(_throttle.IsAsked);
    }

    /// <summary>One request after the other, of 5 to 14.5 ms, slower by a factor while a slice runs.</summary>
    /// <returns>How long slices ran.</returns>
    private TimeSpan Run(TimeSpan time, double slowdown)
    {
        long began = _clock.GetTimestamp(), changes = began;
        TimeSpan worked = TimeSpan.Zero, until = TimeSpan.Zero;
        bool isWorking = false;
        for (int i = 0; _clock.GetElapsedTime(began) < time; i++)
        {
            if (_clock.GetElapsedTime(changes) >= until)
            {
                if (isWorking)
                {
                    worked += Slice;
                    until = _throttle.EndSlice(Slice);
                }
                else
                {
                    _throttle.BeginSlice();
                    until = Slice;
                }
                isWorking = !isWorking;
                changes = _clock.GetTimestamp();
            }
            Ask((5 + (i * 7 % 20 / 2.0)) * (isWorking ? slowdown : 1));
        }
        if (isWorking)
            _throttle.EndSlice(Slice);
        return worked;
    }

    private void Ask(double milliseconds)
    {
        BackfillThrottle.Request request = _throttle.Begin();
        _clock.Now += TimeSpan.FromMilliseconds(milliseconds);
        _throttle.End(request);
        _latencies.Add(milliseconds);
    }

    private double P95() => _latencies.Order().ElementAt((int)Math.Ceiling(0.95 * _latencies.Count) - 1);
}
