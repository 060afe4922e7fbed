using Hybrid.Redis;
using StackExchange.Redis;

namespace Hybrid.Cli.Tailing;

/// <summary>A key on a Redis server, as <see cref="RedisAddress"/> names it.</summary>
internal sealed record RedisPlace(ConfigurationOptions Server, string Key, string Name)
{
    /// <param name="what">What the key holds, as the reader is told.</param>
    /// <exception cref="UsageException">It names no server or no key.</exception>
    public static RedisPlace Parse(string text, string what = "a stream") => RedisAddress.Find(text) is { Key.Length: > 0 } address
        ? new(address.Server, address.Key, $"redis {address.Host}/{address.Key}")
        : throw new UsageException($"The Redis server and the key of {what} are named like redis://127.0.0.1:6379/shop-events.");
}
