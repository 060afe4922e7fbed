using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Threading.RateLimiting;
using Hybrid.Api.Answers;
using Hybrid.Api.Keys;
using Hybrid.Api.Reading;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hybrid.Api.Endpoints;

/// <summary>What stands around every route: its turn, its time, headers for browsers, and a problem in the place of whatever goes wrong.</summary>
internal sealed class RequestGuard : IDisposable
{
    /// <summary>Bodies under way, those that wait for their turn too, in memory together: so many of the largest.</summary>
    private const int MostSizes = 16;

    private readonly HybridApiOptions _options;
    private readonly KeyGate _keys;
    private readonly ILogger _logger;
    private readonly Meter _meter = new("Hybrid.Api");
    private readonly ConcurrencyLimiter _turns;
    private long _sizes;   // of bodies under way

    public RequestGuard(HybridApiOptions options, KeyGate keys, ILogger<RequestGuard> logger)
    {
        (_options, _keys, _logger) = (options, keys, logger);
        _turns = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.MaxConcurrency,
            QueueLimit = options.MaxWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
        _meter.CreateObservableGauge("hybrid.requests.waiting", () => Waiting, "{request}", "Requests that wait for their turn.");
    }

    /// <summary>Requests that wait for their turn.</summary>
    public long Waiting => _turns.GetStatistics()?.CurrentQueuedCount ?? 0;

    /// <summary>Requests that have had their turn or have it now.</summary>
    public long Turns => _turns.GetStatistics()?.TotalSuccessfulLeases ?? 0;

    /// <remarks>Its turn is the time in which the answer is made: a client that sends or reads slowly takes none.</remarks>
    /// <param name="body">Read before its turn, and there for the answer: <see cref="RequestBody.Of"/>.</param>
    /// <param name="waitsItsTurn">Not for what has to be answered most when the service is busy.</param>
    /// <param name="role">What the request's key needs; null: no key.</param>
    public async Task RunAsync(HttpContext http, Func<HttpContext, CancellationToken, Task<Answer>> answer, bool waitsItsTurn, ApiRole? role,
        BodyKind body = BodyKind.None)
    {
        SetHeaders(http.Response.Headers);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        limit.CancelAfter(_options.Timeout);
        long size = 0;
        try
        {
            ThrowIfOfAnotherSite(http.Request);
            if (role is not null)   // what asks for health may add what keeps caches from answering
                RawQuery.Require(http.Request, hasParameters: http.GetEndpoint()?.Metadata.GetMetadata<QueryFields>() is not null);
            if (role is { } needed)
                http.Items[KeyGate.KeyId] = _keys.Enter(http.Request, needed);
            if (body != BodyKind.None)
            {
                Count(RequestBody.SizeOf(http.Request, body, _options));
                await RequestBody.ReadAsync(http, body, _options, Count, limit.Token);
            }
            Answer made;
            using (RateLimitLease? turn = waitsItsTurn ? await _turns.AcquireAsync(1, limit.Token) : null)
            {
                if (turn is { IsAcquired: false })
                    throw Busy($"{_options.MaxConcurrency} requests are under way and {_options.MaxWaiting} wait.");
                made = (await answer(http, limit.Token)).Serialized();
            }
            await WriteAsync(http, made, limit.Token);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (OperationCanceledException) when (http.Response.HasStarted)
        {
            http.Abort();   // a part of an answer is none
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await WriteAsync(http, ProblemKind.Busy.With($"The request took longer than {_options.Timeout.TotalSeconds:0.#} s.",
                "Send it again, or a smaller one. What it was to write may have been written: repeating it does no harm.") with
            { RetryAfter = TimeSpan.FromSeconds(1) });
        }
        catch (OperationCanceledException)
        {
            await WriteAsync(http, Failures.Of(new ObjectDisposedException(nameof(HybridEngine))));
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            Problem problem = Failures.Of(failure);
            if (problem.Status >= StatusCodes.Status500InternalServerError && failure is not RefusedException)
                _logger.LogError(failure, "{Method} {Route} failed.", http.Request.Method, http.GetEndpoint()?.DisplayName);
            await WriteAsync(http, problem);
        }
        finally
        {
            Interlocked.Add(ref _sizes, -size);
        }

        void Count(long bytes)
        {
            size += bytes;
            if (Interlocked.Add(ref _sizes, bytes) > MostSizes * (long)_options.MaxBodyBytes && bytes > 0)
                throw Busy($"Bodies of more than {MostSizes} times the largest one are under way.");
        }
    }

    public void Dispose()
    {
        _meter.Dispose();
        _turns.Dispose();
    }

    /// <summary>Writes a problem, with the id by which the log names the request.</summary>
    public static Task WriteAsync(HttpContext http, Problem problem)
    {
        if (problem.Status == StatusCodes.Status401Unauthorized)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        if (problem.RetryAfter is { } wait)
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        Problem whole = problem with { TraceId = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier };
        // What is left of the body may be long: it is not read to its end for the sake of the connection.
        if (problem.Status == StatusCodes.Status413PayloadTooLarge)
            http.Response.Headers.Connection = "close";
        return WriteAsync(http, new Answer(whole, problem.Status) { ContentType = Json.ProblemType }, CancellationToken.None);
    }

    public static void SetHeaders(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
    }

    private static async Task WriteAsync(HttpContext http, Answer answer, CancellationToken cancellationToken)
    {
        http.Response.StatusCode = answer.Status;
        if (answer.Location is { } location)
            http.Response.Headers.Location = location;
        if (answer.ETag is { } tag)
            http.Response.Headers.ETag = tag;
        if (answer.Serialized().Bytes is not { } bytes)
            return;
        http.Response.ContentType = answer.ContentType;
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, cancellationToken);
    }

    private static RefusedException Busy(string detail) => new(ProblemKind.Busy.With(detail, "Send the request again, later and with fewer others.") with
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    });

    // A page of another site cannot read an answer, but could have a browser write.
    private static void ThrowIfOfAnotherSite(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || request.Headers.Origin.ToString() is not { Length: > 0 } origin)
            return;
        if (!Uri.TryCreate(origin, UriKind.Absolute, out Uri? site) || !string.Equals(site.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase))
        {
            throw ProblemKind.Forbidden.Refuse("A page of another site sent this.", "Send it from a program, or from a page of this service.", "Origin",
                origin);
        }
    }
}
