using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Hybrid.Api;

/// <summary>What a server of its own listens to, and over which data.</summary>
public sealed record HybridServerOptions
{
    /// <summary>The data folder, and how its stages work.</summary>
    /// <value>Default: the default options, with an index that follows the items by itself.</value>
    public HybridOptions Hybrid { get; init; } = new() { LiveIndex = new() };

    public HybridApiOptions Api { get; init; } = new();

    /// <summary>The address; by default the machine itself alone, 127.0.0.1. Another one needs a key: `hybrid key create`.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0, the default: one that is free.</summary>
    public int Port
    {
        get;
        init => field = value is >= 0 and <= 65_535 ? value
            : throw new ArgumentOutOfRangeException(nameof(Port), value, $"Port takes 0 to 65,535, not {value}.");
    }

    /// <summary>With its private key: then it is https. Default null: http, for this machine alone or behind a server that has TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Where traces, metrics and logs go by OpenTelemetry, in the standard variables of its SDKs: with OTEL_EXPORTER_OTLP_ENDPOINT they are sent
    /// there, and OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER and the others mean what they mean
    /// everywhere.</summary>
    /// <remarks>Users are named in none of it. The metrics of /metrics do not depend on it.</remarks>
    /// <value>Default: none, nothing is sent and nothing is traced.</value>
    public IReadOnlyDictionary<string, string> Telemetry { get; init; } = new Dictionary<string, string>();

    /// <summary>How long requests that run may take to end when the server closes.</summary>
    /// <value>Default 20 s.</value>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(20);
}
