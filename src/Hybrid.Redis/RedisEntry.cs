using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Streaming;

namespace Hybrid.Redis;

/// <summary>What stands under a key: the generation that it is of, the place of the log, and what was known there.</summary>
internal static class RedisEntry
{
    /// <summary>Another one after a change of what is below.</summary>
    private const byte Version = 1;

    public static byte[] Write(RedisState state, RecentEvents recent) => Write(state, writer =>
    {
        writer.Write(recent.IsWhole);
        writer.Write7BitEncodedInt(recent.Events.Length);
        foreach (RecentEvents.Entry entry in recent.Events)
        {
            writer.Write(entry.Item.Value);
            writer.Write(entry.Kind);
            writer.Write(entry.Ticks);
            writer.Write(entry.Sequence);
            writer.Write(entry.Session ?? "");
        }
    });

    public static byte[] Write(RedisState state, IReadOnlyCollection<ItemId> items) => Write(state, writer =>
    {
        writer.Write7BitEncodedInt(items.Count);
        foreach (ItemId item in items)
            writer.Write(item.Value);
    });

    public static byte[] Write(RedisState state, IReadOnlyDictionary<string, long> counts) =>
        Write(state, writer => writer.Write(JsonSerializer.Serialize(counts)));

    /// <returns>Null where it is of another generation than the state, or of another Hybrid.</returns>
    public static RecentEvents? ReadEvents(RedisState state, byte[] entry) => Read(state, entry, reader =>
    {
        bool isWhole = reader.ReadBoolean();
        var events = new RecentEvents.Entry[reader.Read7BitEncodedInt()];
        for (int i = 0; i < events.Length; i++)
        {
            events[i] = new(new(reader.ReadString()), RecentEvents.Shared(reader.ReadString()), reader.ReadInt64(), reader.ReadInt64(),
                reader.ReadString() is { Length: > 0 } session ? session : null);
        }
        return new RecentEvents(events, isWhole);
    });

    /// <inheritdoc cref="ReadEvents"/>
    public static IReadOnlyList<ItemId>? ReadItems(RedisState state, byte[] entry) => Read(state, entry, reader =>
    {
        var items = new ItemId[reader.Read7BitEncodedInt()];
        for (int i = 0; i < items.Length; i++)
            items[i] = new(reader.ReadString());
        return items;
    });

    /// <inheritdoc cref="ReadEvents"/>
    public static IReadOnlyDictionary<string, long>? ReadCounts(RedisState state, byte[] entry) =>
        Read(state, entry, reader => JsonSerializer.Deserialize<SortedDictionary<string, long>>(reader.ReadString()));

    private static byte[] Write(RedisState state, Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(Version);
        writer.Write(state.Generation);
        writer.Write(state.At.Last);
        write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    private static T? Read<T>(RedisState state, byte[] entry, Func<BinaryReader, T?> read)
        where T : class
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(entry));
            if (reader.ReadByte() != Version || reader.ReadString() != state.Generation)
                return null;
            reader.ReadInt64();
            return read(reader);
        }
        catch (Exception e) when (e is IOException or FormatException or ArgumentException or JsonException or OverflowException)
        {
            return null;   // something else stands there: it is filled in again
        }
    }
}
