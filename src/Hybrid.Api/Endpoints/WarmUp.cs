using System.Text.Json;
using Hybrid.Api.Answers;
using Hybrid.Api.Messages;
using Hybrid.Encoding;
using Hybrid.Recommending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hybrid.Api.Endpoints;

/// <summary>Warms the engine up when the host starts, beside the first requests; /health/ready answers after it. When nobody asks for a while, what those
/// took who asked before goes back to the system.</summary>
internal sealed class WarmUp(IServiceProvider services, RequestGuard guard, TimeProvider clock, ILogger<WarmUp> logger) : BackgroundService
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is over, whether it could be done or not: what fails here tells whoever asks for it.</summary>
    public Task Done => _done.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        HybridEngine? engine = null;
        try
        {
            engine = services.GetRequiredService<HybridEngine>();
            // Whether it is ready is asked of the status.
            await Task.WhenAll(engine.WarmUpAsync(stoppingToken), engine.ReadStatusAsync(stoppingToken));
            var result = ResultItem.Of(new Recommendation { Item = new("item"), Score = 1, Sources = [], RetrievalRank = 1, Why = "" }, 1, explains: false);
            JsonSerializer.SerializeToUtf8Bytes(new QueryAnswer([result], null, null), Json.Options);
            // What starting and warming up took and nobody needs any more: a service that waits for its first request holds no more than it uses.
            FreedMemory.Return();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host closes before it was warm.
        }
        catch (Exception e)
        {
            logger.LogWarning(e, "The first requests will be slower: the engine could not be warmed up.");
        }
        finally
        {
            _done.TrySetResult();
        }
        if (engine is not null)
            await GiveBackAsync(engine, stoppingToken);
    }

    private async Task GiveBackAsync(HybridEngine engine, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Idle, clock);
        long before = guard.Turns, cleared = 0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            engine.FreeUnused();
            long turns = guard.Turns;
            // The collection takes some 15 ms: only where nobody waits for them, and something has been asked since the last one.
            if (turns == before && turns != cleared)
            {
                FreedMemory.Return();
                cleared = turns;
            }
            before = turns;
        }
    }
}
