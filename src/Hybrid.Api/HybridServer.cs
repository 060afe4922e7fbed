using System.Net;
using Hybrid.Api.Answers;
using Hybrid.Api.Description;
using Hybrid.Api.Endpoints;
using Hybrid.Api.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Scalar.AspNetCore;

namespace Hybrid.Api;

/// <summary>The service as `hybrid serve` runs it: the API on an address of its own.</summary>
/// <remarks>Disposing it lets the requests that run end, for as long as <see cref="HybridServerOptions.DrainTime"/>, and closes the data folder.</remarks>
public sealed class HybridServer : IAsyncDisposable
{
    private const string PagePath = "/docs";
    private const string MetricsPath = "/metrics";

    private readonly WebApplication _application;

    private HybridServer(WebApplication application, Uri address) => (_application, Address) = (application, address);

    /// <summary>Where it listens, "http://127.0.0.1:8080/".</summary>
    public Uri Address { get; }

    /// <summary>The engine that answers.</summary>
    public HybridEngine Engine => _application.Services.GetRequiredService<HybridEngine>();

    /// <summary>Opens the data folder and listens; both are done when the task completes.</summary>
    /// <param name="log">Where the log goes; null: nowhere.</param>
    /// <exception cref="InvalidOperationException">Other machines reach the address, and no key was created.</exception>
    /// <exception cref="IOException">The address cannot be listened to.</exception>
    /// <exception cref="Records.RecordsException">The records cannot be opened.</exception>
    /// <exception cref="Indexing.VectorStoreException">Likewise the embedded store.</exception>
    public static async Task<HybridServer> StartAsync(HybridServerOptions options, Action<ILoggingBuilder>? log = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!IPAddress.IsLoopback(options.Address) && !new ApiKeyFile(options.Hybrid.DataPath, TimeProvider.System).IsUsed)
        {
            throw new InvalidOperationException($"{options.Address} is reached from other machines, and there is no key yet. Create one with "
                + "`hybrid key create`, or listen to 127.0.0.1.");
        }
        WebApplication application = Build(options, log);
        try
        {
            await Task.Run(() => application.Services.GetRequiredService<HybridEngine>(), cancellationToken).ConfigureAwait(false);
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
            string address = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
            return new(application, new Uri(address));
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(HybridServerOptions options, Action<ILoggingBuilder>? log)
    {
        // Not from files or the environment: what a server does is said by its options alone.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "hybrid" });
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.Api.MaxBodyBytes;
            // Who sends or reads more slowly than this is cut off: it holds a connection and memory, if no turn.
            kestrel.Limits.MinRequestBodyDataRate = new(bytesPerSecond: 1_024, gracePeriod: TimeSpan.FromSeconds(5));
            kestrel.Limits.MinResponseDataRate = new(bytesPerSecond: 1_024, gracePeriod: TimeSpan.FromSeconds(5));
            kestrel.Listen(options.Address, options.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (options.Certificate is { } certificate)
                    listen.UseHttps(certificate);
            });
        });
        log?.Invoke(builder.Logging);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTime);
        builder.Services.AddRoutingCore().AddHybrid(options.Hybrid).AddHybridApi(options.Api);
        ApiDescription.AddTo(builder.Services);
        Telemetry.AddTo(builder, options.Telemetry);
        WebApplication application = builder.Build();
        application.Use(AnswerOrProblemAsync);
        if (IPAddress.IsLoopback(options.Address))
            application.Use(RefuseOtherHostsAsync);
        application.Use((http, next) =>
        {
            // Load balancers and monitors ask so, and any address that is read: it is answered likewise, and Kestrel leaves out the body.
            if (HttpMethods.IsHead(http.Request.Method))
                http.Request.Method = HttpMethods.Get;
            return next(http);
        });
        application.UseWhen(http => http.Request.Path == MetricsPath, metrics => metrics.Use(LetInAsync));
        application.UseWhen(http => http.Request.Path.StartsWithSegments(PagePath), page => page.Use((http, next) =>
        {
            // The page runs its own scripts, and asks this service alone: it works without the internet, and tells nobody of what is tried.
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' "
                + "'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";
            return next(http);
        }));
        application.UseRouting();
        application.MapHybridApi();
        application.MapOpenApi(ApiDescription.Pattern).Add(RefuseOtherDocuments);
        application.MapScalarApiReference(PagePath, page => page.WithTitle("Hybrid").WithOpenApiRoutePattern(ApiDescription.Pattern)
            .DisableDefaultFonts().DisableTelemetry().DisableAgent().DisableMcp());
        application.MapPrometheusScrapingEndpoint(MetricsPath);
        return application;
    }

    /// <summary>What no route has answered gets a problem.</summary>
    private static async Task AnswerOrProblemAsync(HttpContext http, RequestDelegate next)
    {
        RequestGuard.SetHeaders(http.Response.Headers);
        try
        {
            await next(http);
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            await RequestGuard.WriteAsync(http, Failures.Of(failure));
            return;
        }
        if (http.Response.HasStarted || http.Response.StatusCode < 400 || http.Response.ContentLength is not null || http.Response.ContentType is not null)
            return;
        string path = http.Request.Path.Value ?? "";
        Problem problem = http.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ProblemKind.NoRoute.With($"There is nothing at {Catalog.PlainText.Brief(path)}.",
                "README, Run it as a service, has the addresses.", "path", path),
            StatusCodes.Status405MethodNotAllowed => ProblemKind.BadMethod.With($"{http.Request.Method} is not done at {Catalog.PlainText.Brief(path)}.",
                $"Use {http.Response.Headers.Allow}.", "method", http.Request.Method),
            StatusCodes.Status415UnsupportedMediaType => ProblemKind.BadMediaType.With(
                $"The body's type is {Catalog.PlainText.Brief(http.Request.ContentType ?? "")}.",
                "Send it in UTF-8 with the header Content-Type: application/json (curl: --json), or application/x-ndjson for lines of rows.", "Content-Type",
                http.Request.ContentType),
            var status => (ProblemKind.BadRequest with { Status = status }).With("The request cannot be understood.",
                "README, Run it as a service, has what is."),
        };
        await RequestGuard.WriteAsync(http, problem);
    }

    // The one that maps it says so in plain text.
    private static void RefuseOtherDocuments(EndpointBuilder document)
    {
        RequestDelegate answer = document.RequestDelegate!;   // ! : it has been mapped
        document.RequestDelegate = http =>
        {
            if (ApiDescription.Name.Equals(http.Request.RouteValues["documentName"] as string, StringComparison.OrdinalIgnoreCase))
                return answer(http);
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        };
    }

    private static Task LetInAsync(HttpContext http, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(http.Request.Method))   // it would answer any
        {
            (http.Response.StatusCode, http.Response.Headers.Allow) = (StatusCodes.Status405MethodNotAllowed, HttpMethods.Get);
            return Task.CompletedTask;
        }
        try
        {
            http.RequestServices.GetRequiredService<KeyGate>().Enter(http.Request, ApiRole.Admin);
        }
        catch (RefusedException refused)
        {
            return RequestGuard.WriteAsync(http, refused.Problem);
        }
        return next(http);
    }

    // A page whose name leads to 127.0.0.1 would be of the same site as this service.
    private static Task RefuseOtherHostsAsync(HttpContext http, RequestDelegate next)
    {
        string host = http.Request.Host.Host;
        bool isOwn = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address)
            && IPAddress.IsLoopback(address));
        return isOwn ? next(http) : RequestGuard.WriteAsync(http, ProblemKind.Forbidden.With("This service answers this machine alone, by the name localhost "
            + "or 127.0.0.1.", "Ask it by one of these.", "Host", host));
    }
}
