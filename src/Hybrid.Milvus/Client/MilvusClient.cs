using Grpc.Core;
using Grpc.Net.Client;
using Hybrid.Milvus.Client.Wire;
using Polly;

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
    private readonly ResiliencePipeline _pipeline;
    private readonly string _place;

    private readonly WriteTimes _writes = new(TimeProvider.System);

    /// <exception cref="MilvusException">A certificate file cannot be read.</exception>
    public MilvusClient(MilvusClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _place = options.ToString();
        _channel = Connection.Open(options);
        _service = new MilvusService.MilvusServiceClient(_channel);
        _headers = Connection.HeadersOf(options);
        _pipeline = Resilience.NewPipeline();
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
        var state = (Client: this, Call: call, Request: request, Subject: subject, Started: TimeProvider.System.GetTimestamp(),
            Timeout: timeout ?? Options.Timeout);
        try
        {
            return await _pipeline.ExecuteAsync(
                static (s, stop) => s.Client.CallOnceAsync(s.Call, s.Request, s.Subject, s.Started, s.Timeout, stop), state, cancellationToken).ConfigureAwait(false);
        }
        catch (Polly.CircuitBreaker.BrokenCircuitException e)
        {
            throw new MilvusException(_place, OperationOf(call.Name, subject), $"the last calls did not reach the server ({e.InnerException?.Message ?? "no answer"})",
                MilvusErrorKind.Unavailable, cause: e);
        }
    }

    private async ValueTask<TResponse> CallOnceAsync<TRequest, TResponse>(
        RemoteCall<TRequest, TResponse> call, TRequest request, string? subject, long started, TimeSpan timeout, CancellationToken cancellationToken)
    {
        TimeSpan remaining = timeout - TimeProvider.System.GetElapsedTime(started);
        if (remaining <= TimeSpan.Zero)
            throw Failure(call, subject, $"no answer within {timeout.TotalSeconds:0.###} s", MilvusErrorKind.TimedOut);
        var options = new CallOptions(_headers, TimeProvider.System.GetUtcNow().UtcDateTime + remaining, cancellationToken);
        TResponse answer;
        try
        {
            using AsyncUnaryCall<TResponse> running = call.Invoke(_service, request, options);
            answer = await running.ResponseAsync.ConfigureAwait(false);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException e)
        {
            throw Failures.Of(_place, OperationOf(call.Name, subject), e, timeout, call.CanRepeat, Left());
        }
        catch (ObjectDisposedException)
        {
            throw new ObjectDisposedException(nameof(MilvusClient));
        }
        if (call.StatusOf(answer) is { } status && (status.Code != 0 || status.ErrorCode != 0))
            throw Failures.Of(_place, OperationOf(call.Name, subject), status, call.CanRepeat, Left());
        return answer;

        TimeSpan Left() => timeout - TimeProvider.System.GetElapsedTime(started);
    }

    private MilvusException Failure<TRequest, TResponse>(RemoteCall<TRequest, TResponse> call, string? subject, string reason, MilvusErrorKind kind) =>
        new(_place, OperationOf(call.Name, subject), reason, kind);

    private static string OperationOf(string name, string? subject) => subject is null ? name : $"{name} {subject}";
}
