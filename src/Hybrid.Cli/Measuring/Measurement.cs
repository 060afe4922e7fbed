using System.Diagnostics;

namespace Hybrid.Cli.Measuring;

/// <summary>One line of the bench's table.</summary>
/// <param name="What">What was done, once per sample.</param>
/// <param name="P50">Median over all samples, in <paramref name="Unit"/>.</param>
/// <param name="P99">99th percentile; null for a rate.</param>
/// <param name="Spread">Lowest and highest median of the rounds: how far the machine wandered.</param>
/// <param name="Recall">Mean share of the exact ten nearest that were found; null where it does not apply.</param>
internal sealed record Measurement(string What, string Unit, double P50, double? P99, (double Low, double High) Spread, double? Recall = null)
{
    /// <summary>Times an action for each of <paramref name="samples"/> inputs, in several rounds, after a warm-up.</summary>
    public static async Task<Measurement> LatencyAsync(string what, int rounds, int samples, Func<int, Task> action, CancellationToken cancellationToken)
    {
        for (int i = 0; i < Math.Min(samples, 20); i++)
            await action(i);
        var all = new List<double>(rounds * samples);
        var medians = new List<double>(rounds);
        for (int round = 0; round < rounds; round++)
        {
            double[] times = new double[samples];
            for (int i = 0; i < samples; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long started = Stopwatch.GetTimestamp();
                await action(i);
                times[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            }
            all.AddRange(times);
            medians.Add(Percentile(times, 0.5));
        }
        return new Measurement(what, "ms", Percentile(all, 0.5), Percentile(all, 0.99), (medians.Min(), medians.Max()));
    }

    /// <summary>How many things a second, from a run that says how many it did; the median of several rounds.</summary>
    public static Measurement Rate(string what, string unit, int rounds, Func<double> run, CancellationToken cancellationToken)
    {
        double[] rates = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            long started = Stopwatch.GetTimestamp();
            double done = run();
            rates[round] = done / Stopwatch.GetElapsedTime(started).TotalSeconds;
        }
        return new Measurement(what, unit, Percentile(rates, 0.5), null, (rates.Min(), rates.Max()));
    }

    /// <summary>The least of the values that so many of them do not exceed.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
