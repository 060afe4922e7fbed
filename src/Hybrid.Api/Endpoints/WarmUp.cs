using System.Text.Json;
using Hybrid.Api.Answers;
using Hybrid.Api.Messages;
using Hybrid.Encoding;
using Hybrid.Recommending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hybrid.Api.Endpoints;

/// <summary>Warms the engine up when the host starts, beside the first requests; /health/ready answers after it.</summary>
internal sealed class WarmUp(IServiceProvider services, ILogger<WarmUp> logger) : BackgroundService
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when it is over, whether it could be done or not: what fails here tells whoever asks for it.</summary>
    public Task Done => _done.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            HybridEngine engine = services.GetRequiredService<HybridEngine>();
            await engine.WarmUpAsync(stoppingToken);
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
    }
}
