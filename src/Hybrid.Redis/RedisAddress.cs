using StackExchange.Redis;

namespace Hybrid.Redis;

/// <summary>A server and what is meant on it: redis://[user[:password]@]host[:port][/name], rediss:// with TLS.</summary>
/// <remarks>A password that is not in the address comes from <see cref="PasswordVariable"/>.</remarks>
/// <param name="Key">What stands behind the server, unescaped; empty where nothing does.</param>
/// <param name="Host">With its port.</param>
internal sealed record RedisAddress(ConfigurationOptions Server, string Key, string Host)
{
    /// <summary>Of the environment.</summary>
    public const string PasswordVariable = "HYBRID_REDIS_PASSWORD";

    private const string Plain = "redis", Secure = "rediss";
    private const int StandardPort = 6379;

    public static bool IsOne(string text) =>
        text.StartsWith($"{Plain}://", StringComparison.Ordinal) || text.StartsWith($"{Secure}://", StringComparison.Ordinal);

    /// <returns>Null where it names no server.</returns>
    public static RedisAddress? Find(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? address) || address.Host.Length == 0 || !IsOne($"{address.Scheme}://"))
            return null;
        int port = address.Port > 0 ? address.Port : StandardPort;
        string[] user = [.. address.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString)];
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
        return new(server, Uri.UnescapeDataString(address.AbsolutePath.Trim('/')), $"{address.Host}:{port}");
    }
}
