using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Hybrid.Milvus.Client;

/// <summary>When a call is made again, and when none is made for a while.</summary>
/// <remarks>What happens is counted by the meter "Polly", under the names "milvus-retry" and "milvus-breaker".</remarks>
internal static class Resilience
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(20), LongestDelay = TimeSpan.FromSeconds(1),
        TooLate = TimeSpan.FromMilliseconds(20);

    /// <summary>Around all tries of a call. What is tried throws <see cref="MilvusException"/> only, also where the breaker let nothing through.</summary>
    public static ResiliencePipeline Retry { get; } = new ResiliencePipelineBuilder { Name = "milvus-retry" }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,   // the call's timeout ends it
            ShouldHandle = static args => ValueTask.FromResult(
                args.Outcome.Exception is MilvusException { IsTransient: true, MayRepeat: true } e && e.Remaining > TooLate),
            DelayGenerator = static args => ValueTask.FromResult<TimeSpan?>(DelayBefore(args.AttemptNumber, args.Outcome.Exception)),
        })
        .ConfigureTelemetry(NullLoggerFactory.Instance)
        .Build();

    /// <summary>Around each try; of one client, whose calls share a server.</summary>
    public static ResiliencePipeline NewBreaker() => new ResiliencePipelineBuilder { Name = "milvus-breaker" }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            // A server that is down costs each caller a connection attempt; twenty in ten seconds are enough to know.
            FailureRatio = 0.9,
            MinimumThroughput = 20,
            SamplingDuration = TimeSpan.FromSeconds(10),
            BreakDuration = TimeSpan.FromSeconds(1),
            // An answer that refuses, for whatever reason, has reached the server and come back.
            ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is MilvusException { Kind: MilvusErrorKind.Unavailable }),
        })
        .ConfigureTelemetry(NullLoggerFactory.Instance)
        .Build();

    /// <summary>Doubles from try to try, a random half more or less, so that callers who failed together do not come back together.</summary>
    private static TimeSpan DelayBefore(int attempt, Exception? failure)
    {
        TimeSpan delay = FirstDelay * Math.Pow(2, Math.Min(attempt, 10)) * (0.5 + RandomNumberGenerator.GetInt32(1000) / 1000.0);
        delay = delay < LongestDelay ? delay : LongestDelay;
        // Near the end half of what is left, so that the last tries are not given away.
        return failure is MilvusException { Remaining: var remaining } && remaining < 2 * delay ? remaining / 2 : delay;
    }
}
