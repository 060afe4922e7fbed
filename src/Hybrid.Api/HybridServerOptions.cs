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

    /// <summary>How long requests that run may take to end when the server closes.</summary>
    /// <value>Default 20 s.</value>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(20);
}
