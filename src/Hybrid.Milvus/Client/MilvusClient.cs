using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Net.Client;
using Hybrid.Milvus.Client.Wire;
using Polly;
using Polly.CircuitBreaker;

namespace Hybrid.Milvus.Client;

/// <summary>A connection to a Milvus server.</summary>
/// <remarks>
/// <para>Connects at the first call, and again by itself after the connection broke. A call that the server refused for now (rate limit, starting, loading)
/// or that did not reach it is repeated until <see cref="MilvusClientOptions.Timeout"/>, unless doing it twice would not be the same as once: an insert, and
/// what makes something. After many failures in a row calls fail at once for a second.</para>
/// <para>Cancelling a call cancels it on the server too; what was asked may be done all the same.</para>
/// <para>Threads: every member may be called concurrently, and all calls share the connection.</para>
/// </remarks>
public sealed partial class MilvusClient : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly MilvusService.MilvusServiceClient _service;
    private readonly Metadata _headers;
    private readonly ResiliencePipeline _breaker;
    private readonly string _place;

    private readonly WriteTimes _writes = new(TimeProvider.System);

    /// <exception cref="ArgumentException">The options do not go together: certificates without https, a token and a user.</exception>
    /// <exception cref="MilvusException">A certificate file cannot be read.</exception>
    public MilvusClient(MilvusClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _place = options.ToString();
        _channel = Connection.Open(options);
        _service = new MilvusService.MilvusServiceClient(_channel);
        _headers = Connection.HeadersOf(options);
        _breaker = Resilience.NewBreaker();
    }

    public MilvusClientOptions Options { get; }

    public void Dispose() => _channel.Dispose();

    /// <summary>The server's version, "v2.3.5". What it can do does not follow from it: ask for that and see.</summary>
    public async Task<string> GetVersionAsync(CancellationToken cancellationToken = default) =>
        (await CallAsync(RemoteCalls.GetVersion, new GetVersionRequest(), null, cancellationToken).ConfigureAwait(false)).Version;

    /// <summary>Why the server is not healthy; empty when it is.</summary>
    public async Task<IReadOnlyList<string>> CheckHealthAsync(CancellationToken cancellationToken = default)
    {
        CheckHealthResponse health = await CallAsync(RemoteCalls.CheckHealth, new CheckHealthRequest(), null, cancellationToken).ConfigureAwait(false);
        return health.IsHealthy ? [] : health.Reasons.Count > 0 ? [.. health.Reasons] : ["the server says that it is not healthy, and not why"];
    }

    public async Task<IReadOnlyList<string>> ListDatabasesAsync(CancellationToken cancellationToken = default) =>
        [.. (await CallAsync(RemoteCalls.ListDatabases, new ListDatabasesRequest(), null, cancellationToken).ConfigureAwait(false)).DbNames];

    public Task CreateDatabaseAsync(string database, CancellationToken cancellationToken = default) =>
        CallAsync(RemoteCalls.CreateDatabase, new CreateDatabaseRequest { DbName = database }, database, cancellationToken);

    /// <remarks>The server refuses where there are collections in it.</remarks>
    public Task DropDatabaseAsync(string database, CancellationToken cancellationToken = default) =>
        CallAsync(RemoteCalls.DropDatabase, new DropDatabaseRequest { DbName = database }, database, cancellationToken);

    /// <exception cref="MilvusException">The server refused, or could not be reached in time.</exception>
    private async Task<TResponse> CallAsync<TRequest, TResponse>(
        RemoteCall<TRequest, TResponse> call, TRequest request, string? subject, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var attempts = new Attempts<TRequest, TResponse>(this, call, request, subject, timeout ?? Options.Timeout);
        // Outcomes in place of exceptions, all the way: half the memory that a call takes beside the transport's.
        ResilienceContext context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: false, cancellationToken);
        try
        {
            Outcome<TResponse> outcome = await TryAsync(attempts, context).ConfigureAwait(false);
            if (outcome.Exception is not null)
            {
                // Only now, since going through it costs each call more memory than its request.
                attempts.First = outcome;
                outcome = await Resilience.Retry.ExecuteOutcomeAsync(
                    static (context, all) => all.TakeFirst() is { } first ? ValueTask.FromResult(first) : all.Client.TryAsync(all, context),
                    context, attempts).ConfigureAwait(false);
            }
            outcome.ThrowIfException();
            return outcome.Result!;   // ! : an answer, where there is no exception
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome<TResponse>> TryAsync<TRequest, TResponse>(Attempts<TRequest, TResponse> attempts, ResilienceContext context)
    {
        attempts.Count++;
        Outcome<TResponse> outcome = await _breaker.ExecuteOutcomeAsync(
            static (context, all) => all.Client.CallOnceAsync(all, context.CancellationToken), context, attempts).ConfigureAwait(false);
        if (outcome.Exception is BrokenCircuitException broken)
        {
            string last = broken.InnerException is MilvusException { Said: var said } ? said : "no connection";
            outcome = Outcome.FromException<TResponse>(attempts.Failure(_place, $"none of the last calls reached the server, so this one was not sent ({last})",
                MilvusErrorKind.Unavailable, cause: broken, mayRepeat: true));
        }
        attempts.Last = outcome.Exception as MilvusException;
        return outcome;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Outcome<TResponse>> CallOnceAsync<TRequest, TResponse>(
        Attempts<TRequest, TResponse> attempts, CancellationToken cancellationToken)
    {
        TimeSpan remaining = attempts.Remaining;
        if (remaining <= TimeSpan.Zero)
            return Outcome.FromException<TResponse>(attempts.TimedOut(_place, attempts.Last));
        TResponse answer;
        try
        {
            using AsyncUnaryCall<TResponse> running = attempts.Call.Invoke(_service, attempts.Request, CallOptionsFor(remaining, cancellationToken));
            answer = await running.ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            return Outcome.FromException<TResponse>(new OperationCanceledException(cancellationToken));
        }
        catch (RpcException e)
        {
            return Outcome.FromException<TResponse>(Failures.Of(_place, attempts, e, Options.MaxMessageBytes));
        }
        catch (ObjectDisposedException)
        {
            return Outcome.FromException<TResponse>(new ObjectDisposedException(nameof(MilvusClient)));
        }
        if (attempts.Call.StatusOf(answer) is not { } status || (status.Code == 0 && status.ErrorCode == 0))
            return Outcome.FromResult(answer);
        MilvusException failure = Failures.Of(_place, attempts, status);
        return Outcome.FromException<TResponse>(
            failure.Kind == MilvusErrorKind.NotLoaded ? await NotLoadedAsync(attempts, failure, cancellationToken).ConfigureAwait(false) : failure);
    }

    private CallOptions CallOptionsFor(TimeSpan remaining, CancellationToken cancellationToken) =>
        new(_headers, TimeProvider.System.GetUtcNow().UtcDateTime + remaining, cancellationToken);

    /// <summary>After a restart a collection comes back into memory by itself, on some servers and after a while; until then the answer is the same as where
    /// nobody has loaded it.</summary>
    private async Task<Exception> NotLoadedAsync(Attempts attempts, MilvusException failure, CancellationToken cancellationToken)
    {
        if (attempts.Subject is not { } collection)
            return failure;
        GetLoadStateResponse loading;
        try
        {
            loading = await _service.GetLoadStateAsync(
                new GetLoadStateRequest { CollectionName = collection }, CallOptionsFor(attempts.Remaining,
                    cancellationToken)).ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(cancellationToken);
        }
        catch (RpcException e)
        {
            return Failures.Of(_place, attempts, e, Options.MaxMessageBytes);
        }
        return loading.State is LoadState.Loaded or LoadState.Loading
            ? attempts.Failure(_place, $"{failure.Said.TrimEnd('.')}, and on its way into memory", MilvusErrorKind.NotReady, failure.Code)
            : attempts.Failure(_place, $"{failure.Said.TrimEnd('.')}. Load it first", MilvusErrorKind.NotLoaded, failure.Code);
    }
}
