using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>Which server holds the vectors, and how its collections are made and read.</summary>
public sealed record MilvusStoreOptions
{
    /// <summary>What <see cref="Parse(string)"/> reads the password from where the setting has a user and no password.</summary>
    public const string PasswordVariable = "HYBRID_STORE_PASSWORD";

    /// <summary>Likewise the token, where there is no user.</summary>
    public const string TokenVariable = "HYBRID_STORE_TOKEN";

    /// <summary>The server, who asks, and how long a call may take.</summary>
    public required MilvusClientOptions Client { get; init; }

    /// <summary>Parts that the writes of a new collection are spread over.</summary>
    /// <value>1 … 64; default 1, enough for some tens of thousands of writes a second.</value>
    public int Shards
    {
        get;
        init => field = value is >= 1 and <= 64 ? value : throw new ArgumentOutOfRangeException(nameof(Shards), value, "A collection has 1 to 64 shards.");
    } = 1;

    /// <summary>Copies of a collection in memory, each on a node of its own.</summary>
    /// <value>At least 1, the default; more than there are nodes is refused by the server.</value>
    public int Replicas
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Replicas), value, "A collection has at least 1 replica.");
    } = 1;

    /// <summary>Which writes a search must see.</summary>
    /// <value>Default: those of this store. What another process writes is seen within seconds.</value>
    public ConsistencyLevel Consistency { get; init; } = ConsistencyLevel.Session;

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
