using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using Hybrid.Api.Answers;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Keys;

/// <summary>Lets a request in whose key has the role that it needs, and not too often. As long as none was ever created, none is needed.</summary>
internal sealed class KeyGate(ApiKeyFile keys) : IDisposable
{
    /// <summary>By which a request's items have the id of its key.</summary>
    public static readonly object KeyId = new();

    private const string Scheme = "Bearer ";

    private readonly ConcurrentDictionary<ApiKey, TokenBucketRateLimiter> _limiters = new();

    /// <summary>The id of the key that a request came with; empty where none was needed.</summary>
    /// <exception cref="RefusedException">It has no key that may do this, or the key has been used too often.</exception>
    public string Enter(HttpRequest request, ApiRole needed)
    {
        if (!keys.IsUsed)
            return "";
        string header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw ProblemKind.NoKey.Refuse("This service needs a key.",
                "Send the header Authorization: Bearer hyb_…: who runs the service makes keys with `hybrid key create`.", "Authorization");
        }
        ApiKey key = keys.Find(header[Scheme.Length..].Trim()) ?? throw ProblemKind.NoKey.Refuse("The key is none of this service, or was revoked.",
            "Check that all of it was sent, or ask who runs the service for another.", "Authorization");
        if (key.Role < needed)
        {
            throw ProblemKind.Forbidden.Refuse($"The key {key.Id} has the role {Name(key.Role)}, and this needs {Name(needed)}.",
                "Ask who runs the service for a key with that role.", "Authorization");
        }
        if (key.Rate is { } rate)
            Take(key, rate);
        return key.Id;
    }

    public void Dispose()
    {
        foreach (TokenBucketRateLimiter limiter in _limiters.Values)
            limiter.Dispose();
    }

    private static string Name(ApiRole role) => role.ToString().ToLowerInvariant();

    private void Take(ApiKey key, int rate)
    {
        TokenBucketRateLimiter limiter = _limiters.GetOrAdd(key, _ => new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            // A second's worth at once, given back in tenths of it.
            TokenLimit = rate,
            TokensPerPeriod = Math.Max(1, rate / 10),
            ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(1.0, rate / 10) / rate),
            QueueLimit = 0,
        }));
        using RateLimitLease lease = limiter.AttemptAcquire();
        if (!lease.IsAcquired)
        {
            throw new RefusedException(ProblemKind.TooMany.With(
                string.Create(CultureInfo.InvariantCulture, $"The key {key.Id} may send {rate} requests a second."),
                "Send fewer, or ask for a higher rate.") with
            { RetryAfter = TimeSpan.FromSeconds(1) });
        }
    }
}
