using Hybrid.Milvus;
using Hybrid.Redis;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Cli.Legacy;

/// <summary>Vectors that a shop has, in a file or on a server, as the commands name them.</summary>
internal static class LegacySource
{
    /// <summary>What the help says of the servers.</summary>
    public const string Servers = "milvus://host[:port]/collection[?field=…] or redis://host[:port]/hash";

    /// <exception cref="UsageException">It names a server wrongly.</exception>
    public static IEnumerable<KeyedVector> Read(string source, LegacyReading reading, CancellationToken cancellationToken) =>
        ReadServer(source, cancellationToken) ?? LegacyVectors.Read(source, reading, cancellationToken);

    /// <returns>Null: it is a file.</returns>
    /// <inheritdoc cref="Read"/>
    public static IEnumerable<KeyedVector>? ReadServer(string source, CancellationToken cancellationToken)
    {
        if (RedisAddress.IsOne(source))
            return RedisVectors.Read(source, cancellationToken);
        if (!MilvusVectors.IsOne(source))
            return null;
        try
        {
            return MilvusVectors.Read(source, cancellationToken);
        }
        catch (FormatException refused)
        {
            throw new UsageException(refused.Message);
        }
    }

    /// <summary>Where the secrets of servers come from, for who must not write them into an address.</summary>
    public const string Secrets = $"{RedisAddress.PasswordVariable} for redis://, {MilvusStoreOptions.PasswordVariable} or password-file for milvus://";

    /// <summary>A file by its full path, as a migration remembers it; a server as it was named.</summary>
    /// <exception cref="UsageException">It has a password, which would be remembered, too.</exception>
    public static string FullName(string source) => MigrationPlan.HasSecret(source)
        ? throw new UsageException($"The address of the old vectors has a password, and is kept with the plan: give it without, and the password by {Secrets}.")
        : RedisAddress.IsOne(source) || MilvusVectors.IsOne(source) ? source : Path.GetFullPath(source);
}
