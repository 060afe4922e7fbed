using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>Which server Hybrid's vectors are on, and how collections are made there.</summary>
public sealed record MilvusStoreOptions
{
    /// <summary>What <see cref="Parse(string)"/> reads the password from where the setting has a user and no password.</summary>
    public const string PasswordVariable = "HYBRID_STORE_PASSWORD";

    /// <summary>Likewise the token, where there is no user.</summary>
    public const string TokenVariable = "HYBRID_STORE_TOKEN";

    /// <summary>The server, who asks, and how long a call may take.</summary>
    public required MilvusClientOptions Client { get; init; }

    /// <summary>Into how many parts a new collection is cut, which are written and searched side by side.</summary>
    /// <value>1 … 64. Default 1, which is enough for some ten million rows.</value>
    public int Shards
    {
        get;
        init => field = value is >= 1 and <= 64 ? value
            : throw new ArgumentOutOfRangeException(nameof(Shards), value, "A collection has 1 to 64 shards.");
    } = 1;

    /// <summary>How many copies of a collection are held in memory, each by other query nodes.</summary>
    /// <value>1 … 64. Default 1; more need a cluster.</value>
    public int Replicas
    {
        get;
        init => field = value is >= 1 and <= 64 ? value
            : throw new ArgumentOutOfRangeException(nameof(Replicas), value, "A collection has 1 to 64 replicas.");
    } = 1;

    /// <summary>Which writes of others a search must see; those of this process it always does.</summary>
    public ConsistencyLevel Consistency { get; init; } = ConsistencyLevel.Bounded;

    /// <summary>Reads "milvus://[user[:password]@]host[:port][/database][?option=value&amp;…]".</summary>
    /// <remarks>
    /// <para>The port is 19530 unless it is given. What a user, a password or a database has of <c>: / ? # @ %</c> is percent-encoded. Options: tls (true),
    /// ca, cert and key (PEM files), server-name, timeout and long-timeout ("30", "500ms", "2m"), db (in place of the path), password-file, token-file, shards,
    /// replicas, consistency (strong, session, bounded, eventually).</para>
    /// <para>A password that is not in the setting comes from <c>password-file</c> or else from HYBRID_STORE_PASSWORD; an API key in place of a user from
    /// <c>token-file</c> or else from HYBRID_STORE_TOKEN. No message, and no text of these options, has any of them.</para>
    /// </remarks>
    /// <exception cref="FormatException">The setting is malformed, or a file that it names cannot be read; says where, and what is known.</exception>
    public static MilvusStoreOptions Parse(string uri) => Parse(uri, Environment.GetEnvironmentVariable);

    /// <param name="environment">The value of an environment variable, or null.</param>
    internal static MilvusStoreOptions Parse(string uri, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return StoreUri.Parse(uri).ToOptions(environment);
    }

    /// <summary>The place, "milvus localhost:19530/shop", without its secrets.</summary>
    public override string ToString() => $"milvus {Client}";
}
