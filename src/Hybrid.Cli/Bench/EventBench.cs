using System.Diagnostics;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Measuring;
using Hybrid.Streaming;

namespace Hybrid.Cli.Bench;

/// <summary>What it costs to take events and to know of them, in a temporary folder on the disk.</summary>
internal sealed class EventBench(int rounds, CancellationToken cancellationToken)
{
    private const int PerCall = 1_000, Bulk = 200_000, Callers = 32, Users = 20_000, Items = 100_000, Logged = 1_000_000;

    private static readonly TimeSpan Singles = TimeSpan.FromSeconds(3);

    private readonly Random _random = new(7);

    public async Task<IReadOnlyList<Measurement>> RunAsync()
    {
        string folder = Path.Combine(Path.GetTempPath(), $"hybrid-bench-{Guid.NewGuid():N}");
        try
        {
            await using HybridEngine engine = await HybridEngine.OpenAsync(folder, cancellationToken);
            Event[] bulk = [.. Enumerable.Range(0, Bulk).Select(_ => Draw())];
            Measurement calls = Measurement.Rate($"events appended, {PerCall:N0} a call, 4 callers", "events/s", rounds, () =>
            {
                Task.WhenAll(bulk.Chunk(PerCall).Chunk(Bulk / PerCall / 4).Select(async own =>
                {
                    foreach (Event[] call in own)
                        await engine.AppendAsync(call, cancellationToken);
                })).GetAwaiter().GetResult();   // this thread has nothing else to do
                return Bulk;
            }, cancellationToken);
            Measurement singles = Measurement.Rate($"events appended, one a call, {Callers} callers", "events/s", rounds,
                () => AppendSinglesAsync(engine).GetAwaiter().GetResult(), cancellationToken);
            await AppendUpToAsync(engine, Logged);
            return [calls, singles, await ReadCountsAsync(engine), await ReadHistoriesAsync(engine)];
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<double> AppendSinglesAsync(HybridEngine engine)
    {
        long done = 0, started = Stopwatch.GetTimestamp();
        Event[] drawn = [.. Enumerable.Range(0, Callers).Select(_ => Draw())];
        await Task.WhenAll(drawn.Select(happened => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(started) < Singles)
            {
                await engine.AppendAsync([happened], cancellationToken);
                Interlocked.Increment(ref done);
            }
        }, cancellationToken)));
        return done;
    }

    private async Task AppendUpToAsync(HybridEngine engine, long events)
    {
        while (engine.Records.EventCount < events)
            await engine.AppendAsync([.. Enumerable.Range(0, 5_000).Select(_ => Draw())], cancellationToken);
    }

    private async Task<Measurement> ReadCountsAsync(HybridEngine engine)
    {
        double[] times = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            var features = new FeatureStore(engine.Records, EventKinds.Default, new() { PopularityHalfLife = TimeSpan.FromDays(7) }, TimeProvider.System);
            long started = Stopwatch.GetTimestamp();
            await Task.Run(features.ReadPopular, cancellationToken);
            times[round] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        return new($"kinds and popularity read of {engine.Records.EventCount:N0} events", "ms", Measurement.Percentile(times, .5), null,
            (times.Min(), times.Max()));
    }

    private Task<Measurement> ReadHistoriesAsync(HybridEngine engine)
    {
        UserId[] users = [.. Enumerable.Range(0, 1_000).Select(i => new UserId($"U{i}"))];
        foreach (UserId user in users)
            engine.Features.FindTaste(user);
        return Measurement.LatencyAsync("100 histories at hand, about 50 events each", rounds, 200, i =>
        {
            for (int user = 0; user < 100; user++)
                engine.Features.FindTaste(users[(100 * i + user) % users.Length]);
            return Task.CompletedTask;
        }, cancellationToken);
    }

    private Event Draw() => new($"U{_random.Next(Users)}", new ItemId($"P{_random.Next(Items)}"), _random.Next(10) == 0 ? "purchase" : "view",
        DateTimeOffset.UnixEpoch.AddSeconds(1_760_000_000L + _random.Next(2_000_000)));
}
