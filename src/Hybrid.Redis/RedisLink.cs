using Hybrid.Streaming;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;
using StackExchange.Redis;

namespace Hybrid.Redis;

/// <summary>The connection to a server: made when it is first needed, or before, and made again by itself.</summary>
/// <remarks>What happens to calls is counted by the meter "Polly", under the name "redis-features". Threads: every member may be called concurrently.</remarks>
internal sealed class RedisLink : IAsyncDisposable
{
    private static readonly TimeSpan Reconnect = TimeSpan.FromMilliseconds(200), ConnectTime = TimeSpan.FromSeconds(2);

    private readonly string _name;
    private readonly TimeSpan _timeout;
    private readonly ResiliencePipeline _calls;
    private readonly Lazy<Task<ConnectionMultiplexer>> _connected;

    public RedisLink(RedisFeatureOptions options)
    {
        (_name, _timeout) = (options.ToString(), options.Timeout);
        ConfigurationOptions server = options.Address.Server.Clone();
        // What waits for a connection would hold requests: these go on without it at once.
        server.BacklogPolicy = BacklogPolicy.FailFast;
        server.ReconnectRetryPolicy = new LinearRetry((int)Reconnect.TotalMilliseconds);
        server.HeartbeatInterval = Reconnect;
        server.ConnectTimeout = (int)ConnectTime.TotalMilliseconds;
        _connected = new(() => ConnectionMultiplexer.ConnectAsync(server));
        _calls = new ResiliencePipelineBuilder { Name = "redis-features" }
            .AddTimeout(_timeout)
            // All calls may be repeated. One that was cut off succeeds on another connection; more often would hold the request.
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 1,
                Delay = TimeSpan.FromMilliseconds(10),
                UseJitter = true,
                ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is RedisConnectionException),
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = 5,
                SamplingDuration = TimeSpan.FromSeconds(5),
                BreakDuration = TimeSpan.FromMilliseconds(500),
                // A call that the timeout above ends is cancelled here.
                ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is RedisException or TimeoutException or OperationCanceledException),
            })
            .ConfigureTelemetry(NullLoggerFactory.Instance)
            .Build();
    }

    /// <param name="operation">As it stands in messages: "read a user".</param>
    /// <param name="ask">May be called twice.</param>
    /// <exception cref="FeatureStoreException">The server is away or slow, or has refused.</exception>
    public async Task<T> AskAsync<T>(string operation, Func<IDatabase, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await _calls.ExecuteAsync(async stop =>
            {
                ConnectionMultiplexer redis = await _connected.Value.WaitAsync(stop).ConfigureAwait(false);
                return await ask(redis.GetDatabase()).WaitAsync(stop).ConfigureAwait(false);
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or TimeoutRejectedException or BrokenCircuitException or ObjectDisposedException)
        {
            throw new FeatureStoreException(_name, operation, e switch
            {
                BrokenCircuitException => "it has not answered several times, and is asked again in a moment",
                TimeoutException or TimeoutRejectedException => $"it did not answer within {_timeout.TotalMilliseconds:0} ms",
                _ => RedisFailure.ReasonOf(e),
            }, e);
        }
    }

    /// <summary>Connects, so that the first request does not wait for it.</summary>
    public void Begin() => _ = _connected.Value;

    /// <summary>Calls whenever something comes on a channel, now and after each connection that is made again.</summary>
    /// <exception cref="FeatureStoreException">The server is away, or has refused.</exception>
    public async Task ListenAsync(string channel, Action<string> come, CancellationToken cancellationToken)
    {
        ConnectionMultiplexer redis = await _connected.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await redis.GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel), (_, message) => come($"{message}")).WaitAsync(cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new FeatureStoreException(_name, "listen to readers", RedisFailure.ReasonOf(e), e);
        }
    }

    /// <summary>The keys that begin so, of every server of a cluster.</summary>
    /// <param name="prefix">Without characters that a pattern has.</param>
    public async IAsyncEnumerable<RedisKey> FindKeysAsync(string prefix)
    {
        ConnectionMultiplexer redis = await _connected.Value.ConfigureAwait(false);
        foreach (IServer server in redis.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            await foreach (RedisKey key in server.KeysAsync(pattern: $"{prefix}*", pageSize: 1_000).ConfigureAwait(false))
                yield return key;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connected.IsValueCreated)
            await (await _connected.Value.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
    }
}
