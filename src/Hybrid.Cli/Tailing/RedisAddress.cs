using StackExchange.Redis;

namespace Hybrid.Cli.Tailing;

/// <summary>A key on a Redis server: redis://[user[:password]@]host[:port]/key, rediss:// with TLS.</summary>
/// <remarks>A password that is not in the address comes from <see cref="PasswordVariable"/>.</remarks>
internal sealed record RedisAddress(ConfigurationOptions Server, string Key, string Name)
{
    /// <summary>Of the environment.</summary>
    public const string PasswordVariable = "HYBRID_REDIS_PASSWORD";

    private const string Plain = "redis", Secure = "rediss";
    private const int StandardPort = 6379;

    public static bool IsOne(string text) =>
        text.StartsWith($"{Plain}://", StringComparison.Ordinal) || text.StartsWith($"{Secure}://", StringComparison.Ordinal);

    /// <param name="what">What the key holds, as the reader is told.</param>
    /// <exception cref="UsageException">It names no server or no key.</exception>
    public static RedisAddress Parse(string text, string what = "a stream")
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Host.Length == 0
            || Uri.UnescapeDataString(address.AbsolutePath.Trim('/')) is not { Length: > 0 } key)
            throw new UsageException($"The Redis server and the key of {what} are named like redis://127.0.0.1:6379/shop-events.");
        int port = address.Port > 0 ? address.Port : StandardPort;
        string[] user = Uri.UnescapeDataString(address.UserInfo).Split(':', 2);
        var server = new ConfigurationOptions
        {
            EndPoints = { { address.Host, port } },
            Ssl = address.Scheme == Secure,
            User = user is [{ Length: > 0 } name, ..] ? name : null,
            Password = user.Length == 2 ? user[1] : Environment.GetEnvironmentVariable(PasswordVariable) is { Length: > 0 } secret ? secret : null,
            // A server that is away comes back: it is waited for.
            AbortOnConnectFail = false,
            ClientName = "hybrid",
        };
        return new(server, key, $"redis {address.Host}:{port}/{key}");
    }
}
