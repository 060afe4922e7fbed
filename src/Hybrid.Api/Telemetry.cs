using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Hybrid.Api;

/// <summary>What the service tells of itself: metrics for Prometheus always; traces, metrics and logs by OTLP where somebody takes them.</summary>
internal static class Telemetry
{
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <param name="settings">As <see cref="HybridServerOptions.Telemetry"/>.</param>
    public static void AddTo(WebApplicationBuilder builder, IReadOnlyDictionary<string, string> settings)
    {
        OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Hybrid.*", "Polly")
            .AddPrometheusExporter());
        if (!settings.TryGetValue(Endpoint, out string? endpoint) || endpoint.Length == 0)
            return;
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        // What the host says of each request has its address, which names users.
        builder.Logging.AddFilter<OpenTelemetryLoggerProvider>("Microsoft.AspNetCore", LogLevel.Warning);
        telemetry
            .ConfigureResource(resource => resource.AddService(settings.GetValueOrDefault("OTEL_SERVICE_NAME", "hybrid")))
            .WithTracing(traces => traces.AddSource("Hybrid.*").AddAspNetCoreInstrumentation(requests =>
            {
                requests.Filter = http => !http.Request.Path.StartsWithSegments("/health") && http.Request.Path != "/metrics";
                // Paths name users, and queries texts: the route says what was asked.
                requests.EnrichWithHttpResponse = (activity, response) => activity.SetTag("url.path", RouteOf(response.HttpContext)).SetTag("url.query", null);
            }))
            .WithLogging()
            .UseOtlpExporter();
    }

    private static string? RouteOf(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
}
