using StackExchange.Redis;

namespace Hybrid.Cli.Tailing;

/// <summary>A stream on a Redis server: redis://[user:password@]host[:port]/stream, rediss:// with TLS.</summary>
internal sealed record RedisAddress(ConfigurationOptions Server, string Stream, string Name)
{
    private const string Plain = "redis", Secure = "rediss";
    private const int StandardPort = 6379;

    public static bool IsOne(string text) =>
        text.StartsWith($"{Plain}://", StringComparison.Ordinal) || text.StartsWith($"{Secure}://", StringComparison.Ordinal);

    /// <exception cref="UsageException">It names no server or no stream.</exception>
    public static RedisAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Host.Length == 0
            || Uri.UnescapeDataString(address.AbsolutePath.Trim('/')) is not { Length: > 0 } stream)
            throw new UsageException("A stream on a Redis server is named like redis://127.0.0.1:6379/shop-events.");
        int port = address.Port > 0 ? address.Port : StandardPort;
        string[] user = Uri.UnescapeDataString(address.UserInfo).Split(':', 2);
        var server = new ConfigurationOptions
        {
            EndPoints = { { address.Host, port } },
            Ssl = address.Scheme == Secure,
            User = user is [{ Length: > 0 } name, _] ? name : null,
            Password = user.Length == 2 ? user[1] : null,
            // A server that is away comes back: it is waited for.
            AbortOnConnectFail = false,
            ClientName = "hybrid-tail",
        };
        return new(server, stream, $"redis {address.Host}:{port}/{stream}");
    }
}
