using System.Diagnostics;
using Hybrid.Records;
using Hybrid.Tests.Engine;
using StackExchange.Redis;

namespace Hybrid.Tests.Cli;

/// <summary>`hybrid tail redis://…`, on a real server.</summary>
public sealed class RedisTailTests : IDisposable
{
    private const string Stream = "shop-events";

    private readonly ShopFolder _folder = new();
    private readonly RecordStore _records;

    // Before the tail starts: two processes that make one file get in each other's way.
    public RedisTailTests() => _records = RecordStore.Open(_folder.DataFile("records.db"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _records.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Entries_become_events_and_are_acknowledged_and_what_is_none_is_a_dead_letter()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using ConnectionMultiplexer redis = await server.ConnectAsync();
        IDatabase stream = redis.GetDatabase();
        await stream.StreamAddAsync(Stream, "event", """{"user":"U1","item":"A","id":"e1"}""");
        await stream.StreamAddAsync(Stream, [new("user", "U1"), new("item", "B"), new("kind", "purchase"), new("time", "2026-01-31T12:00:00Z")]);
        await stream.StreamAddAsync(Stream, "event", "no JSON");
        using Process tail = HybridCommand.Start(_folder.Path, "tail", server.StreamUrl);
        await HasAsync(2);
        await stream.StreamAddAsync(Stream, "event", """{"user":"U2","item":"C"}""");
        await HasAsync(3);
        await Shop.EventuallyAsync(async () => (await stream.StreamPendingAsync(Stream, "hybrid")).PendingMessageCount == 0, "all are acknowledged");

        HybridCommand.Result ended = await HybridCommand.SignalAsync(tail, "INT");

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("Events: 3 new, 0 there already; 1 lines are none", ended.Errors, StringComparison.Ordinal);
        Assert.Equal(["B", "A"], _records.ReadHistory("U1").Select(item => item.Value));
        Assert.Equal([($"redis 127.0.0.1:{server.Port}/{Stream}", "no JSON")], _records.DeadLetters.Read(9).Select(letter => (letter.Source, letter.Content)));
    }

    [Fact]
    public async Task Whoever_is_killed_server_or_tail_every_entry_counts_once()
    {
        const int entries = 5_000;
        await using RedisServer server = await RedisServer.StartAsync();
        await using (ConnectionMultiplexer redis = await server.ConnectAsync())
        {
            IDatabase stream = redis.GetDatabase();
            await Task.WhenAll(Enumerable.Range(0, entries).Select(i => stream.StreamAddAsync(Stream, "event", $$"""{"user":"U{{i % 9}}","item":"P{{i}}"}""")));
        }
        using (Process killed = HybridCommand.Start(_folder.Path, "tail", server.StreamUrl))
        {
            await HasAsync(1);
            killed.Kill();
            await killed.WaitForExitAsync(Token);
        }
        using Process tail = HybridCommand.Start(_folder.Path, "tail", server.StreamUrl);
        await HasAsync(1_500);
        await server.KillAsync();
        await server.StartAgainAsync();
        await HasAsync(entries);
        await using (ConnectionMultiplexer redis = await server.ConnectAsync())
        {
            IDatabase stream = redis.GetDatabase();
            await stream.StreamAddAsync(Stream, "event", """{"user":"U1","item":"LAST"}""");
            await HasAsync(entries + 1);
            await Shop.EventuallyAsync(async () => (await stream.StreamPendingAsync(Stream, "hybrid")).PendingMessageCount == 0, "all are acknowledged");
        }
        Assert.Equal(0, (await HybridCommand.SignalAsync(tail, "TERM")).ExitCode);
        Assert.Equal(entries + 1, _records.ReadEvents().Select(happened => happened.Item).Distinct().Count());
        Assert.Equal(entries + 1, _records.EventCount);
    }

    [Fact]
    public async Task An_address_without_a_stream_is_a_usage_error()
    {
        HybridCommand.Result result = await _folder.RunAsync("tail", "redis://127.0.0.1:6379");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("redis://127.0.0.1:6379/shop-events", result.Errors, StringComparison.Ordinal);
    }

    private Task HasAsync(long events) => Shop.EventuallyAsync(() => Task.FromResult(_records.EventCount >= events), $"{events} events are there");
}
