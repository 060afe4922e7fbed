using System.IO.Hashing;
using Hybrid.Api.Messages;
using Hybrid.Behavior;
using Hybrid.Cli.Output;
using Hybrid.Records;
using Hybrid.Redis;
using StackExchange.Redis;
using StreamPosition = StackExchange.Redis.StreamPosition;

namespace Hybrid.Cli.Tailing;

/// <summary>Takes events from a stream of a Redis server, as a consumer of a group.</summary>
/// <remarks>
/// <para>An entry is acknowledged when its event is on the disk: what a tail has read and not written when it ends comes again, to it or to another one. Events
/// get the entry's id as theirs unless they have one, so that what comes again is not counted twice.</para>
/// <para>An entry has a field "event" with the object that POST /v1/events takes, or that object's fields as its own. One that is no event is kept as a dead
/// letter, and acknowledged.</para>
/// </remarks>
internal sealed class RedisTail(RedisPlace address, string group, HybridEngine engine)
{
    private const int MostPerBatch = 1_000;
    private const string Whole = "event";

    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(50), Pause = TimeSpan.FromSeconds(1);

    /// <summary>What another consumer has read and not acknowledged for so long is taken over: it has most likely ended.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    private readonly string _consumer = Environment.MachineName;
    private readonly string _idPrefix = $"redis-{XxHash64.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(address.Key)):x16}";

    public TailCounts Counts { get; } = new();

    /// <summary>Until it is cancelled; what has been read is then written and acknowledged.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(address.Server);
        IDatabase stream = redis.GetDatabase();
        bool isTold = false;
        bool hasGroup = false;
        RedisValue position = "0-0";   // first what this consumer has read before and not acknowledged
        long claimed = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (!hasGroup)
                    await CreateGroupAsync(stream);
                hasGroup = true;
                bool isRest = position != StreamPosition.NewMessages;
                StreamEntry[] entries = await stream.StreamReadGroupAsync(address.Key, group, _consumer, position, MostPerBatch);
                if (entries.Length == 0 && isRest)
                {
                    position = StreamPosition.NewMessages;
                    continue;
                }
                if (entries.Length == 0 && (claimed == 0 || TimeProvider.System.GetElapsedTime(claimed) > Abandoned))
                {
                    claimed = TimeProvider.System.GetTimestamp();
                    entries = (await stream.StreamAutoClaimAsync(address.Key, group, _consumer, (long)Abandoned.TotalMilliseconds, "0-0", MostPerBatch))
                        .ClaimedEntries;
                }
                if (entries.Length > 0)
                    await TakeAsync(stream, entries);
                else
                    await Task.Delay(Idle, TimeProvider.System, cancellationToken);
                isTold = false;
            }
            catch (Exception e) when (e is RedisException or RedisTimeoutException or RecordsException { IsTransient: true })
            {
                if (!isTold)
                {
                    string reason = e is RecordsException ? e.Message : $"{RedisFailure.ReasonOf(e)}.";
                    Terminal.Note($"{address.Name}: {reason} It is tried again until it answers.");
                }
                (isTold, hasGroup, position) = (true, false, "0-0");   // it may have come back without its memory
                await WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Nothing has been read that is not written.
            }
        }
    }

    private static async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop ends by itself.
        }
    }

    private async Task CreateGroupAsync(IDatabase stream)
    {
        try
        {
            await stream.StreamCreateConsumerGroupAsync(address.Key, group, "0-0", createStream: true);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("BUSYGROUP", StringComparison.Ordinal))
        {
            // It is there.
        }
    }

    private async Task TakeAsync(IDatabase stream, StreamEntry[] entries)
    {
        var events = new List<Event>();
        var faults = new List<DeadLetter>();
        foreach (StreamEntry entry in entries)
        {
            (Event happened, DeadLetter? fault) = EventLine.Read(JsonOf(entry), address.Name, null, TimeOf(entry));
            if (fault is not null)
                faults.Add(fault);
            else
                events.Add(happened.Id is null ? happened with { Id = $"{_idPrefix}/{entry.Id}" } : happened);
        }
        int added = await engine.TakeAsync(new StreamBatch(address.Name, null, events, faults), CancellationToken.None);
        await stream.StreamAcknowledgeAsync(address.Key, group, [.. entries.Select(entry => entry.Id)]);
        Counts.Add(added, events.Count - added, faults);
    }

    private static ReadOnlyMemory<byte> JsonOf(StreamEntry entry)
    {
        if (entry.Values is null or [])   // it was deleted from the stream after it was read
            return "{}"u8.ToArray();
        if (entry.Values is [{ } only] && only.Name == Whole)
            return (byte[]?)only.Value ?? [];
        var fields = new Dictionary<string, string>();
        foreach (NameValueEntry field in entry.Values)
            fields[$"{field.Name}"] = $"{field.Value}";
        return System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(fields, Api.Answers.Json.Options);
    }

    /// <summary>An entry's id begins with the milliseconds since 1970 at which it came.</summary>
    private static DateTimeOffset TimeOf(StreamEntry entry) => long.TryParse($"{entry.Id}".Split('-')[0], out long milliseconds)
        && milliseconds is > 0 and < 4_102_444_800_000
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : TimeProvider.System.GetUtcNow();
}
