using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Hybrid.Api.Tests;

/// <summary>What the service sends to a collector of OpenTelemetry.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task The_stages_of_a_recommendation_metrics_and_logs_are_sent_and_name_nobody()
    {
        await using var collector = new Collector();
        await using ApiServer server = await ApiServer.StartAsync(change: options => options with
        {
            Hybrid = options.Hybrid with { LiveIndex = new() },
            Telemetry = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_SERVICE_NAME"] = "the-shop",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
                ["OTEL_BLRP_SCHEDULE_DELAY"] = "50",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "200",
            },
        });
        await server.PostAsync("/v1/items", """[{"id":"H1","title":"Wireless headphones"},{"id":"K1","title":"Espresso machine"}]""");
        await server.IndexAsync();
        await server.PostAsync("/v1/events", """{"user":"Somebody-17","item":"K1"}""");
        await server.GetAsync("/v1/users/Somebody-17");
        await server.GetAsync("/v1/recommend?user=Somebody-17");
        await server.GetAsync("/v1/recommend?text=private%20words");

        await ApiServer.EventuallyAsync(() => Task.FromResult(new[] { "the-shop", "/v1/recommend", "recommend", "history", "encode", "retrieve", "rerank",
            "commit events", "hybrid.by" }.All(name => collector.Has("/v1/traces", name))), "the stages are there");
        await ApiServer.EventuallyAsync(() => Task.FromResult(new[] { "hybrid.encoding.queries", "hybrid.index.lag", "hybrid.index.failing",
            "hybrid.requests.waiting", "http.server.request.duration" }.All(name => collector.Has("/v1/metrics", name))), "the metrics are there");
        await ApiServer.EventuallyAsync(() => Task.FromResult(collector.Has("/v1/logs", "the-shop")), "a log is there");
        foreach (string secret in (string[])["Somebody-17", "private words", "private%20words"])
            Assert.False(collector.HasAnywhere(secret), $"{secret} was sent.");
    }

    [Fact]
    public async Task A_collector_that_is_not_there_changes_no_answer()
    {
        await using ApiServer server = await ApiServer.StartAsync(change: options => options with
        {
            Telemetry = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{FreePort()}",
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            },
        });
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/v1/recommend?user=U1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/metrics")).Status);
    }

    private static int FreePort()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    /// <summary>Takes what is sent by OTLP over HTTP, and keeps it as it came.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly ConcurrentQueue<(string Path, byte[] Body)> _bodies = [];
        private readonly Task _running;

        public Collector()
        {
            Address = $"http://127.0.0.1:{FreePort()}/";
            _listener.Prefixes.Add(Address);
            _listener.Start();
            _running = Task.Run(RunAsync);
        }

        public string Address { get; }

        public bool Has(string path, string text) => _bodies.Any(sent => sent.Path == path && Holds(sent.Body, text));

        public bool HasAnywhere(string text) => _bodies.Any(sent => Holds(sent.Body, text));

        private static bool Holds(byte[] body, string text) => body.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _running;
            _listener.Close();
        }

        private async Task RunAsync()
        {
            try
            {
                while (true)
                {
                    HttpListenerContext context = await _listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    _bodies.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));   // ! : a request has an address
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // It was stopped.
            }
        }
    }
}
