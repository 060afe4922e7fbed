using System.Collections.Concurrent;
using System.Diagnostics;
using Hybrid.Cli.Measuring;
using Hybrid.Encoding;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Cli.Bench;

internal sealed partial class MigrateBench
{
    private const int AskedASecond = 100, KnownTexts = 200;

    /// <summary>How long questions are asked with the work beside them, and as long without, in turn.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(5);

    /// <summary>What those who ask feel of a backfill, and of requests that are asked of both sides.</summary>
    private async Task<IReadOnlyList<Measurement>> AskBesideAsync()
    {
        var results = new List<Measurement>();
        await InFolderAsync(new HybridOptions { ModelPath = ModelFolder.DefaultName }, async engine =>
        {
            await engine.AddAsync(Items(SmallShop), cancellationToken);
            await FillAsync(engine, SmallShop, keepsLedger: false);
            for (int i = 0; i < 10 * AskedASecond; i++)   // warm
                await AskAsync(engine, i);
            await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = Kept }, cancellationToken);
            await engine.StartMigrationAsync(cancellationToken: cancellationToken);
            results.AddRange(await InTurnAsync("a backfill", engine, engine, FillForAWhileAsync));
            while ((await engine.NextMigrationAsync(cancellationToken: cancellationToken)).Stage != MigrationStage.Shadowing)
            {
            }
            await using HybridEngine shadowed = await HybridEngine.OpenAsync(engine.Options with { Shadow = new ShadowOptions() },
                cancellationToken: cancellationToken);
            for (int i = 0; i < 10 * AskedASecond; i++)
                await AskAsync(shadowed, i);
            results.AddRange(await InTurnAsync("shadowing", engine, shadowed, _ => Task.CompletedTask));

            async Task FillForAWhileAsync(CancellationToken stop)
            {
                try
                {
                    MigrationStatus filled = await engine.NextMigrationAsync(cancellationToken: stop);
                    throw new InvalidOperationException($"The backfill was over ({filled.Stage}) before it was measured: too few texts.");
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    // The next turn goes on where this one has stopped.
                }
            }
        });
        return results;
    }

    /// <param name="beside">Work until it is cancelled.</param>
    private async Task<Measurement[]> InTurnAsync(string work, HybridEngine without, HybridEngine with, Func<CancellationToken, Task> beside)
    {
        double[] alone = new double[rounds], slower = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            alone[round] = Measurement.Percentile(await AskForAWhileAsync(without), 0.95);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Task working = beside(stop.Token);
            slower[round] = Measurement.Percentile(await AskForAWhileAsync(with), 0.95);
            await stop.CancelAsync();
            await working;
        }
        return [Of($"p95 of {AskedASecond} questions a second, without {work}", "ms", alone), Of($"likewise, beside {work}", "ms", slower),
            Of($"p95 beside {work}, of that without", "times", [.. slower.Zip(alone, (beside, without) => beside / without)])];
    }

    /// <summary>Questions at a rate that does not wait for answers; times from when each was due.</summary>
    private async Task<IReadOnlyCollection<double>> AskForAWhileAsync(HybridEngine engine)
    {
        var times = new ConcurrentBag<double>();
        await ServeLoad.PaceAsync(AskedASecond, Turn, Stopwatch.GetTimestamp(), async (question, due) =>
        {
            await AskAsync(engine, question);
            times.Add(Stopwatch.GetElapsedTime(due).TotalMilliseconds);
        }, cancellationToken);
        return times;
    }

    /// <summary>Four in five by an item, the others by a text that was asked before.</summary>
    private async Task AskAsync(HybridEngine engine, int question) => await engine.RecommendAsync(question % 5 == 0
        ? new RecommendQuery { Text = ItemOf(question % KnownTexts).Title }
        : new RecommendQuery { Item = ItemOf(question * 7919 % SmallShop).Id }, cancellationToken);
}
