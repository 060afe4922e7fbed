using System.Text.RegularExpressions;

namespace Hybrid.Redis;

/// <summary>Where on a Redis server the features of a shop are, and for how long.</summary>
public sealed partial record RedisFeatureOptions
{
    /// <summary>The name where the address has none.</summary>
    public const string DefaultName = "hybrid";

    private RedisFeatureOptions(RedisAddress address, string name) => (Address, Name) = (address, name);

    /// <summary>What the keys begin with, in braces: machines of one shop use one name, each shop its own.</summary>
    public string Name { get; }

    /// <summary>How long a request waits for an answer, and likewise for a user to be filled in who is not there yet.</summary>
    /// <value>10 ms … 1 minute. Default 250 ms.</value>
    public TimeSpan Timeout
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromMinutes(1) ? value
            : throw new ArgumentOutOfRangeException(nameof(Timeout), value, $"Timeout takes 10 ms to a minute, not {value}.");
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long what is kept is used after the last sign of life of the machine that fills it: how old an answer can be when that machine is
    /// away, or cut off from the server.</summary>
    /// <value>1 s … 1 day. Default 30 s: a restart.</value>
    public TimeSpan MostStale
    {
        get;
        init => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(1) ? value
            : throw new ArgumentOutOfRangeException(nameof(MostStale), value, $"MostStale takes 1 s to a day, not {value}.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>How long a user is kept for whom nothing new has come; who comes back later is filled in from the records.</summary>
    /// <value>1 s … 365 days. Default 1 day.</value>
    public TimeSpan Lifetime
    {
        get;
        init => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromDays(365) ? value
            : throw new ArgumentOutOfRangeException(nameof(Lifetime), value, $"Lifetime takes 1 s to 365 days, not {value}.");
    } = TimeSpan.FromDays(1);

    internal RedisAddress Address { get; }

    internal RedisKeys Keys => new(Name);

    /// <summary>Reads redis://[user[:password]@]host[:port][/name], rediss:// with TLS. A password that is not in the address comes from
    /// HYBRID_REDIS_PASSWORD.</summary>
    /// <param name="uri">The name has letters, digits, '.', '-' and '_', 100 at most.</param>
    /// <exception cref="FormatException">It is another address, or the name has other characters.</exception>
    public static RedisFeatureOptions Parse(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        RedisAddress address = RedisAddress.Find(uri)
            ?? throw new FormatException("The Redis server of the features is named like redis://127.0.0.1:6379/shop.");
        string name = address.Key.Length == 0 ? DefaultName : address.Key;
        return IsName().IsMatch(name) ? new(address, name)
            : throw new FormatException($"'{Catalog.PlainText.Brief(name)}' cannot be the name of features: it has letters, digits, '.', '-' and '_', "
                + "100 at most.");
    }

    /// <summary>Without secrets: "redis 127.0.0.1:6379/shop".</summary>
    public override string ToString() => $"redis {Address.Host}/{Name}";

    [GeneratedRegex("^[A-Za-z0-9._-]{1,100}$", RegexOptions.CultureInvariant)]
    private static partial Regex IsName();
}
