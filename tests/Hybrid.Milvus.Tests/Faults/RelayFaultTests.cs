using System.Diagnostics;
using Hybrid.Milvus.Client;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests.Faults;

/// <summary>A network between the client and a real server that does what networks do.</summary>
public sealed class RelayFaultTests(MilvusServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(2);

    private MilvusDatabase? _database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private MilvusDatabase Database => _database ?? throw new InvalidOperationException("The test has not begun.");

    public async ValueTask InitializeAsync()
    {
        _database = await server.NewDatabaseAsync();
        using var client = new MilvusClient(Database.Options);
        await ToyCollection.CreateAsync(client);
        await ToyCollection.UpsertAsync(client, ("train", 0), ("puzzle", 90));
    }

    public ValueTask DisposeAsync() => _database?.DisposeAsync() ?? default;

    [Theory]
    [InlineData(Fault.CutAnswer)]
    [InlineData(Fault.CutRequest)]
    [InlineData(Fault.Delay)]
    [InlineData(Fault.Trickle)]
    internal async Task A_search_is_answered_in_spite_of_it(Fault fault)
    {
        await using Relay relay = Relay.To(Database.Endpoint);
        using MilvusClient client = Through(relay, TimeSpan.FromSeconds(30));
        await client.GetVersionAsync(Token);
        relay.Fault = fault;
        Assert.Equal(["train", "puzzle"], await ToyCollection.NearestAsync(client, 1, count: 2));
    }

    [Theory]
    [InlineData(Fault.CutAnswer)]
    [InlineData(Fault.CutRequest)]
    internal async Task An_upsert_that_was_cut_is_sent_again_and_an_insert_is_not(Fault fault)
    {
        await using Relay relay = Relay.To(Database.Endpoint);
        using MilvusClient client = Through(relay, TimeSpan.FromSeconds(30));
        await client.GetVersionAsync(Token);
        relay.Fault = fault;
        await ToyCollection.UpsertAsync(client, ("kite", 45));
        Assert.Equal(["kite"], await ToyCollection.NearestAsync(client, 45, count: 1));

        relay.Fault = fault;
        MilvusException e = await Assert.ThrowsAsync<MilvusException>(() => client.InsertAsync(ToyCollection.Rows(("drum", 200)), Token));
        Assert.Equal(MilvusErrorKind.Unavailable, e.Kind);
        Assert.True(e.IsTransient);
        Assert.DoesNotContain("tried", e.Message, StringComparison.Ordinal);
        if (fault == Fault.CutRequest)
            Assert.DoesNotContain("drum", await ToyCollection.NearestAsync(client, 200, count: 10));
    }

    [Fact]
    public async Task Every_connection_may_be_reset_between_calls_and_nobody_notices()
    {
        await using Relay relay = Relay.To(Database.Endpoint);
        using MilvusClient client = Through(relay, TimeSpan.FromSeconds(30));
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(2, (await ToyCollection.NearestAsync(client, 1, count: 2)).Count);
            relay.ResetAll();
        }
        Assert.InRange(relay.Connections, 10, 30);
    }

    [Theory]
    [InlineData(Fault.Silence, MilvusErrorKind.TimedOut)]
    [InlineData(Fault.Refuse, MilvusErrorKind.Unavailable)]
    [InlineData(Fault.Noise, MilvusErrorKind.Garbled)]
    [InlineData(Fault.OversizeFrame, MilvusErrorKind.Garbled)]
    internal async Task Nothing_hangs_past_its_deadline(Fault fault, MilvusErrorKind kind)
    {
        await using Relay relay = Relay.To(Database.Endpoint);
        relay.Fault = fault;
        using MilvusClient client = Through(relay, Short);
        Task<MilvusException>[] calls = [.. ((Func<Task>[])[
            () => client.GetVersionAsync(Token), () => ToyCollection.NearestAsync(client, 1, 2), () => ToyCollection.UpsertAsync(client, ("kite", 45)),
            () => client.InsertAsync(ToyCollection.Rows(("drum", 200)), Token), () => client.LoadAsync(ToyCollection.Name,
                cancellationToken: Token)]).Select(FailureOfAsync)];
        foreach (MilvusException e in await Task.WhenAll(calls))
        {
            Assert.True(e.Kind == kind || e.Kind == MilvusErrorKind.TimedOut, e.Message);
            Assert.Equal(e.Kind != MilvusErrorKind.Garbled, e.IsTransient);
            Assert.Contains(relay.Endpoint.Authority, e.Message, StringComparison.Ordinal);
        }
        // A flush may take an hour, but not wait one for a server that is not there. Silence is noticed by the ping that goes unanswered, after 30 s.
        if (fault != Fault.Silence)
            Assert.Equal(kind, (await FailureOfAsync(() => client.FlushAsync(ToyCollection.Name, Token))).Kind);
    }

    private static async Task<MilvusException> FailureOfAsync(Func<Task> call)
    {
        long started = Stopwatch.GetTimestamp();
        MilvusException e = await Assert.ThrowsAsync<MilvusException>(call);
        // What the machine is busy with beside is not the client's.
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Short + TimeSpan.FromSeconds(8));
        return e;
    }

    [Fact]
    public async Task A_web_server_in_its_place_is_called_that_and_not_tried_again()
    {
        await using Relay relay = Relay.To(Database.Endpoint);
        relay.Fault = Fault.Http1;
        using MilvusClient client = Through(relay, TimeSpan.FromSeconds(30));
        long started = Stopwatch.GetTimestamp();
        MilvusException e = await Assert.ThrowsAsync<MilvusException>(() => client.GetVersionAsync(Token));
        Assert.True(e.Kind == MilvusErrorKind.Garbled, e.ToString());
        Assert.Contains("does not speak gRPC", e.Message, StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_connection_that_has_gone_silent_is_given_up_and_replaced_within_the_deadline()
    {
        await using Relay relay = Relay.To(Database.Endpoint);
        using MilvusClient client = Through(relay, TimeSpan.FromSeconds(120));
        await client.GetVersionAsync(Token);
        relay.Fault = Fault.Silence;
        long started = Stopwatch.GetTimestamp();
        Task<IReadOnlyList<string>> search = ToyCollection.NearestAsync(client, 1, count: 2);
        // Only the first connection stays silent: the ping that goes unanswered ends it.
        await UntilAsync(() => relay.Connections > 1 || search.IsCompleted);
        relay.Fault = Fault.None;
        relay.ResetAll();
        Assert.Equal(["train", "puzzle"], await search);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(75));
    }

    [Fact]
    public async Task Calling_a_search_off_calls_it_off_on_the_server()
    {
        await using Relay relay = Relay.To(Database.Endpoint);
        using MilvusClient client = Through(relay, TimeSpan.FromSeconds(30));
        await client.GetVersionAsync(Token);
        long before = relay.ResetStreams;
        relay.Fault = Fault.Silence;
        long sent = relay.BytesForward;
        using var stop = new CancellationTokenSource();
        Task search = client.SearchAsync(new SearchRequest(ToyCollection.Name, new float[] { 1, 0 }, 2, 2), stop.Token);
        await UntilAsync(() => relay.BytesForward > sent);
        await stop.CancelAsync();
        OperationCanceledException e = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        Assert.Equal(stop.Token, e.CancellationToken);
        await UntilAsync(() => relay.ResetStreams > before);
    }

    [Fact]
    public async Task Calls_fail_while_the_server_is_away_and_are_answered_a_moment_after_it_is_back()
    {
        await using Relay relay = Relay.To(Database.Endpoint);
        using MilvusClient client = Through(relay, TimeSpan.FromSeconds(3));
        using MilvusClient patient = Through(relay, TimeSpan.FromSeconds(60));
        await patient.GetVersionAsync(Token);
        relay.Fault = Fault.Refuse;
        relay.ResetAll();
        Task<string> waiting = patient.GetVersionAsync(Token);

        // An insert is never sent twice, so each of these is one failure.
        for (int i = 0; i < 40; i++)
            await Assert.ThrowsAsync<MilvusException>(() => client.InsertAsync(ToyCollection.Rows(("drum", 200)), Token));
        MilvusException e = await Assert.ThrowsAsync<MilvusException>(() => client.CreateAliasAsync("shop", ToyCollection.Name, Token));
        Assert.True(e.Kind == MilvusErrorKind.Unavailable, e.ToString());

        relay.Fault = Fault.None;
        long back = Stopwatch.GetTimestamp();
        Assert.NotEmpty(await waiting);
        Assert.NotEmpty(await client.GetVersionAsync(Token));
        Assert.InRange(Stopwatch.GetElapsedTime(back), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Answers_that_refuse_do_not_open_the_breaker()
    {
        using var client = new MilvusClient(Database.Options);
        for (int i = 0; i < 60; i++)
        {
            MilvusException e = await Assert.ThrowsAsync<MilvusException>(() => client.SearchAsync(new SearchRequest("absent", new float[] { 1, 0 }, 2,
                2), Token));
            Assert.Equal(MilvusErrorKind.CollectionNotFound, e.Kind);
        }
        Assert.Equal(2, (await ToyCollection.NearestAsync(client, 1, count: 2)).Count);
    }

    [Fact]
    public async Task Many_more_callers_than_a_connection_has_streams_are_all_answered()
    {
        await using Relay relay = Relay.To(Database.Endpoint);
        using MilvusClient client = Through(relay, TimeSpan.FromMinutes(2));
        SearchHits[] answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ =>
            client.SearchAsync(new SearchRequest(ToyCollection.Name, new float[] { 1, 0 }, 2, 2) { Consistency = ConsistencyLevel.Session }, Token)));
        Assert.All(answers, hits => Assert.Equal(1, hits.Queries));
        Assert.InRange(relay.Connections, 1, 50);
    }

    private MilvusClient Through(Relay relay, TimeSpan timeout) => new(Database.Options with { Endpoint = relay.Endpoint, Timeout = timeout });

    private static async Task UntilAsync(Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(5, Token);
        }
    }
}
