using System.Buffers;
using System.Runtime.InteropServices;
using Hybrid.Catalog;
using Hybrid.Cli.Tailing;
using Hybrid.Redis;
using Hybrid.Upkeep.Migration;
using StackExchange.Redis;

namespace Hybrid.Cli.Legacy;

/// <summary>Vectors in a hash of a Redis server, redis://[user:password@]host[:port]/key: a field is an item's id, its value the vector, as bytes of
/// little-endian float32 or as a text "[0.1, 0.2]".</summary>
internal static class RedisVectors
{
    private const int PerCall = 500;

    private static readonly SearchValues<byte> OfNumbers = SearchValues.Create("0123456789+-.eE,; \t"u8);

    /// <summary>The rows, by the bytes of their ids, read as they are asked for: twice the same, which a scan of the hash does not promise.</summary>
    /// <remarks>Memory for the ids.</remarks>
    /// <exception cref="DataFileException">There is no such hash, a value is no vector, or the server failed; thrown while enumerating.</exception>
    public static IEnumerable<KeyedVector> Read(string address, CancellationToken cancellationToken)
    {
        RedisPlace from = RedisPlace.Parse(address, "vectors");
        ConfigurationOptions server = from.Server.Clone();
        server.AbortOnConnectFail = true;   // who asks is there to hear it
        using ConnectionMultiplexer redis = Called(from, () => ConnectionMultiplexer.Connect(server));
        IDatabase database = redis.GetDatabase();
        RedisValue[] ids = Called(from, () => database.HashKeys(from.Key));
        if (ids.Length == 0)
            throw new DataFileException(from.Name, "there is no such hash, or it is empty; its fields are expected to be ids, and their values vectors");
        Array.Sort(ids, (left, right) => ((ReadOnlyMemory<byte>)left).Span.SequenceCompareTo(((ReadOnlyMemory<byte>)right).Span));
        for (int first = 0; first < ids.Length; first += PerCall)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RedisValue[] some = ids[first..Math.Min(ids.Length, first + PerCall)];
            RedisValue[] values = Called(from, () => database.HashGet(from.Key, some));
            for (int i = 0; i < some.Length; i++)
            {
                // One that was taken out meanwhile has none.
                if (!values[i].IsNull)
                    yield return new(some[i].ToString(), FloatsOf((byte[])values[i]!, $"{from.Name} {some[i]}"));   // ! : it is not null
            }
        }
    }

    private static float[] FloatsOf(byte[] value, string place)
    {
        ReadOnlySpan<byte> text = value.AsSpan().Trim(" \t\r\n"u8);
        // Bytes of floats begin with anything; that all of them are those of a text of numbers, with what stands around it, does not happen by chance.
        if (text is [(byte)'[' or (byte)'(', .., (byte)']' or (byte)')'] || !text.ContainsAnyExcept(OfNumbers))
            return LegacyVectors.ParseNumbers(System.Text.Encoding.UTF8.GetString(text));
        return value.Length % sizeof(float) == 0 ? MemoryMarshal.Cast<byte, float>(value).ToArray()
            : throw new DataFileException(place, $"{value.Length} bytes are no float32 numbers, and no text of numbers");
    }

    private static T Called<T>(RedisPlace from, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException)
        {
            throw new DataFileException(from.Name, RedisFailure.ReasonOf(e), cause: e);
        }
    }
}
