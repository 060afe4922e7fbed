using System.Diagnostics;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Bench;

/// <summary>Fits each source to synthetic logs of several sizes and asks it: what a fit takes in time and memory, and an answer in time.</summary>
internal sealed class SourcesBench(int items, int users, IReadOnlyList<string> sources, SourceKnobs knobs, CancellationToken cancellationToken)
{
    /// <summary>Answers that are timed.</summary>
    private const int Asked = 500;

    /// <param name="Megabytes">What the source holds beside the log.</param>
    /// <param name="PeakMegabytes">The most that the whole process had while it was fitted, the log included.</param>
    /// <param name="P50">Of an answer of 100 items, in milliseconds, one caller.</param>
    public sealed record Line(string Source, long Events, double FitSeconds, double Megabytes, double PeakMegabytes, double P50, double P99);

    /// <param name="events">The sizes; the users grow with the events, and are all there at the last size.</param>
    public async Task<IReadOnlyList<Line>> RunAsync(IReadOnlyList<int> events)
    {
        var lines = new List<Line>();
        foreach (int size in events.Order())
        {
            int some = (int)Math.Max(1, (long)users * size / events.Max());
            TrainingLog log = await Terminal.RunAsync(FormattableString.Invariant($"{size:N0} events"), 0, null, _ =>
                Task.Run(() => TrainingLog.From(SyntheticLog.Make(items, some, size), cancellationToken: cancellationToken), cancellationToken));
            var fitter = new SourceFitter(log, knobs);
            foreach (string name in sources)
            {
                if (fitter.WhyNot(name) is { } reason)
                    Terminal.Note($"Left out: {reason}");
                else
                    lines.Add(await Terminal.RunAsync(name, 0, null, _ => Task.Run(() => Measure(name, log, size), cancellationToken)));
            }
        }
        return lines;
    }

    private Line Measure(string name, TrainingLog log, int size)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        using var peak = new PeakMemory();
        long started = Stopwatch.GetTimestamp();
        RecommendationSource source = new SourceFitter(log, knobs).Fit(name, cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double most = peak.Stop() / 1e6;
        double held = Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before) / 1e6;
        SourceQuery[] queries = [.. Enumerable.Range(0, Asked + 20).Select(i => (int)((long)i * log.Users.Count / (Asked + 20)))
            .Select(user => new SourceQuery { User = log.Users[user], History = [.. log[user].ToArray().Select(item => log.Items[item])] })];
        double[] times = [.. queries.Select(query =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            long asked = Stopwatch.GetTimestamp();
            source.Score(query);
            return Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
        }).Skip(20)];
        return new Line(name, size, seconds, held, most, Measurement.Percentile(times, 0.5), Measurement.Percentile(times, 0.99));
    }

    /// <summary>Looks again and again at how much memory the process has.</summary>
    private sealed class PeakMemory : IDisposable
    {
        private readonly Timer _timer;
        private long _most;

        public PeakMemory() => _timer = new Timer(_ => _most = Math.Max(_most, Environment.WorkingSet), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));

        public long Stop()
        {
            _timer.Change(Timeout.Infinite, Timeout.Infinite);
            return Math.Max(_most, Environment.WorkingSet);
        }

        public void Dispose() => _timer.Dispose();
    }
}
