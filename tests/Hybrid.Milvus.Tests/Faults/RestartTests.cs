using System.Diagnostics;
using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests.Faults;

/// <summary>A server that is killed and comes back while it is used.</summary>
public sealed class RestartTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_and_searches_go_on_when_the_server_is_killed_in_the_middle()
    {
        await using MilvusProcess server = await MilvusServer.StartPrivateAsync();
        var options = new MilvusClientOptions { Endpoint = server.Endpoint, Timeout = TimeSpan.FromMinutes(3) };
        using var client = new MilvusClient(options);
        await ToyCollection.CreateAsync(client);
        List<string> acknowledged = [];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                await client.UpsertAsync(ToyCollection.Rows(($"toy{i}", i % 360)), Token);
                lock (acknowledged)
                    acknowledged.Add($"toy{i}");
            }
        }, Token);
        int searches = 0;
        Task searching = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await client.SearchAsync(new SearchRequest(ToyCollection.Name, new float[] { 1, 0 }, 2, 2)
                    {
                        Metric = "COSINE",
                        Consistency = ConsistencyLevel.Eventually
                    }, Token);
                    Interlocked.Increment(ref searches);
                }
                catch (MilvusException e) when (e.Kind == MilvusErrorKind.NotLoaded)
                {
                    // Milvus-lite has nothing in memory after its start.
                    Assert.Equal(MilvusEngine.Lite, server.Engine);
                    await client.LoadAsync(ToyCollection.Name, cancellationToken: Token);
                }
            }
        }, Token);
        await UntilAsync(() => Written() >= 20 && Volatile.Read(ref searches) >= 20, writing, searching);

        await server.KillAsync(Token);
        int before = Written(), found = Volatile.Read(ref searches);
        await server.StartAgainAsync(Token);
        long healthy = Stopwatch.GetTimestamp();
        await UntilAsync(() => Written() > before + 20 && Volatile.Read(ref searches) > found + 20, writing, searching);
        TimeSpan back = Stopwatch.GetElapsedTime(healthy);
        await stop.CancelAsync();
        await Task.WhenAll(writing, searching);
        TestContext.Current.SendDiagnosticMessage($"{server.Engine}: {Written()} writes, {searches} searches, all going again {back.TotalSeconds:0.0} "
            + $"s after it was healthy");

        long rows = await client.CountAsync(ToyCollection.Name, consistency: ConsistencyLevel.Strong, cancellationToken: Token);
        Assert.Equal(acknowledged.Count, rows);
        IReadOnlyList<RowSet> all = await client.GetAsync(ToyCollection.Name, "id", acknowledged, ["id"], ConsistencyLevel.Strong, Token);
        Assert.Equal(acknowledged.Order(StringComparer.Ordinal), all.SelectMany(r => r.Column<TextColumn>("id").Values).Order(StringComparer.Ordinal));

        int Written()
        {
            lock (acknowledged)
                return acknowledged.Count;
        }
    }

    [Fact]
    public async Task A_client_that_is_idle_while_the_server_restarts_is_answered_at_its_next_call()
    {
        await using MilvusProcess server = await MilvusServer.StartPrivateAsync();
        using var client = new MilvusClient(new MilvusClientOptions { Endpoint = server.Endpoint, Timeout = TimeSpan.FromSeconds(30) });
        await client.GetVersionAsync(Token);
        await server.KillAsync(Token);
        await server.StartAgainAsync(Token);
        long started = Stopwatch.GetTimestamp();
        Assert.NotEmpty(await client.GetVersionAsync(Token));
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static async Task UntilAsync(Func<bool> holds, params Task[] running)
    {
        while (!holds())
        {
            if (running.FirstOrDefault(task => task.IsCompleted) is { } ended)
            {
                await ended;
                Assert.Fail("It ended before its time.");
            }
            await Task.Delay(20, Token);
        }
    }
}
