using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Redis;
using Hybrid.Streaming;
using Hybrid.Tests.Cli;
using Hybrid.Tests.Engine;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Hybrid.Tests.Streaming;

/// <summary>The engine on a Redis server, on a real one: what one object fills another one reads.</summary>
public sealed class RedisFeatureStoreTests : FeatureStoreContract, IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _opened = [];
    private RedisServer _server = null!;   // ! : it is started before each test
    private ConnectionMultiplexer _redis = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _redis = await _server.ConnectAsync(allowAdmin: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable opened in _opened.AsEnumerable().Reverse())
            await opened.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        Dispose();
    }

    [Fact]
    public async Task Who_is_erased_is_gone_from_the_server_when_the_call_returns_and_nobody_else_is()
    {
        (IFeatureStore features, IFeatureMirror mirror) = OpenBoth(new());
        await Records.AppendAsync([At(-2, "u", "A"), At(-1, "v", "B")], Token);
        await HistoryAsync(features, "u");
        await HistoryAsync(features, "v");
        Assert.Equal(2, await CountUsersAsync());

        (long events, _) = await Records.EraseAsync("u", Token);
        await mirror.EraseAsync("u", events, Token);

        Assert.False(await _redis.GetDatabase().KeyExistsAsync("{hybrid}:user:u"));
        await SettleAsync();
        Assert.True(await _redis.GetDatabase().KeyExistsAsync("{hybrid}:user:v"));
    }

    [Fact]
    public async Task Who_is_erased_while_the_server_is_away_is_gone_when_it_is_back()
    {
        (IFeatureStore features, IFeatureMirror mirror) = OpenBoth(new());
        await Records.AppendAsync([At(-2, "u", "A")], Token);
        await HistoryAsync(features, "u");
        await _server.KillAsync();

        (long events, _) = await Records.EraseAsync("u", Token);
        await Assert.ThrowsAsync<FeatureStoreException>(() => mirror.EraseAsync("u", events, Token));
        await _server.StartAgainAsync();   // with what it had

        await Shop.EventuallyAsync(async () => await CountUsersAsync() == 0, "the user is gone");
    }

    [Fact]
    public async Task A_user_goes_by_themselves_when_nothing_new_comes_and_comes_back_whole()
    {
        IFeatureStore features = OpenBoth(new(), Options with { Lifetime = TimeSpan.FromSeconds(1) }).Features;
        await Records.AppendAsync([At(-2, "u", "A")], Token);
        Assert.Equal(["A"], await HistoryAsync(features, "u"));
        await Shop.EventuallyAsync(async () => await CountUsersAsync() == 0, "the user has gone");
        Assert.Equal(["A"], await HistoryAsync(features, "u"));
    }

    [Fact]
    public async Task Two_processes_of_one_folder_fill_it_and_another_folder_does_not()
    {
        IFeatureStore features = OpenBoth(new()).Features;
        Open(Records, new());
        for (int i = 0; i < 20; i++)
        {
            await Records.AppendAsync([At(i, "u", $"{i}")], Token);
            Assert.Equal(i + 1, (await HistoryAsync(features, "u")).Length);
        }

        using var folder = new TemporaryFolder();
        using var others = Hybrid.Records.RecordStore.Open(folder.File("records.db"));
        await others.AppendAsync([At(0, "u", "OTHER")], Token);
        IFeatureMirror refused = Open(others, new()).Mirror;
        await Shop.EventuallyAsync(() => Task.FromResult(refused.Failure is not null), "it is refused");
        Assert.Contains("another data folder fills it", refused.Failure, StringComparison.Ordinal);
        Assert.Equal(20, (await HistoryAsync(features, "u")).Length);
    }

    [Fact]
    public async Task A_server_that_is_killed_or_starts_empty_gives_no_answer_until_it_is_filled_again_by_itself()
    {
        IFeatureStore features = OpenBoth(new()).Features;
        await Records.AppendAsync([At(-2, "u", "A")], Token);
        Assert.Equal(["A"], await HistoryAsync(features, "u"));
        foreach (bool isEmpty in (bool[])[false, true])
        {
            await _server.KillAsync();
            long begin = TimeProvider.System.GetTimestamp();
            await Assert.ThrowsAsync<FeatureStoreException>(async () => await features.FindAsync("u", Token));
            Assert.InRange(TimeProvider.System.GetElapsedTime(begin), TimeSpan.Zero, TimeSpan.FromSeconds(5));
            await Records.AppendAsync([At(isEmpty ? 0 : -1, "u", isEmpty ? "C" : "B")], Token);
            await _server.StartAgainAsync(isEmpty);

            string[] known = [];
            await Shop.EventuallyAsync(async () => await TryAsync(features) is { } told && (known = told).Length == (isEmpty ? 3 : 2), "it answers again");
            Assert.Equal(isEmpty ? ["A", "B", "C"] : ["A", "B"], known);
        }
    }

    [Fact]
    public async Task A_slow_server_costs_a_request_no_more_than_its_time_and_is_then_not_asked_for_a_while()
    {
        IFeatureStore features = OpenBoth(new(), Options with { Timeout = TimeSpan.FromMilliseconds(250) }).Features;
        await Records.AppendAsync([At(-2, "u", "A")], Token);
        await Shop.EventuallyAsync(async () => await TryAsync(features) is ["A"], "it answers");

        await _server.PauseAsync();
        var told = new List<string>();
        do
            told.Add((await Assert.ThrowsAsync<FeatureStoreException>(async () => await features.FindAsync("u", Token))).Message);
        while (!told[^1].Contains("asked again in a moment", StringComparison.Ordinal));
        Assert.Contains("did not answer within 250 ms", told[0], StringComparison.Ordinal);
        await _server.ResumeAsync();

        await Shop.EventuallyAsync(async () => await TryAsync(features) is ["A"], "it answers again");
    }

    [Fact]
    public async Task Connections_that_are_cut_within_commands_give_no_wrong_answer()
    {
        var random = new Random(3);
        // What begins a connection has some thousand bytes already.
        await using var cut = new CuttingProxy(_server.Port, random) { MostBytes = 30_000 };
        RedisFeatureOptions through = RedisFeatureOptions.Parse($"redis://127.0.0.1:{cut.Port}") with { Timeout = TimeSpan.FromSeconds(1) };
        IFeatureStore features = OpenBoth(new FeatureOptions { HistoryLength = 10 }, through).Features;
        int events = 0, answers = 0, most = 0;
        await Shop.EventuallyAsync(async () =>
        {
            await Records.AppendAsync([At(events, "u", $"{events:000}")], Token);
            events++;
            if (await TryAsync(features) is { } told)
            {
                // As the log was at some time, and never at one before what has been told already.
                Assert.Equal(Enumerable.Range(int.Parse(told[0], CultureInfo.InvariantCulture), told.Length)
                    .Select(n => $"{n:000}"), told);
                int last = int.Parse(told[^1], CultureInfo.InvariantCulture);
                Assert.InRange(last, most, events - 1);
                (answers, most) = (answers + 1, last);
            }
            return cut.Cuts > 5 && answers > 5;
        }, "connections are cut and answers told");
        cut.MostBytes = int.MaxValue;
        await Shop.EventuallyAsync(async () => await TryAsync(features) is { } told && told[^1] == $"{events - 1:000}", "all is there");
    }

    [Theory]
    [InlineData("redis://")]
    [InlineData("http://127.0.0.1/shop")]
    [InlineData("redis://127.0.0.1/a*b")]
    public void An_address_that_is_none_is_refused_without_what_it_holds(string address) =>
        Assert.Throws<FormatException>(() => RedisFeatureOptions.Parse(address));

    private protected override IFeatureStore OpenStore(FeatureOptions options) => OpenBoth(options).Features;

    private protected override Task SettleAsync() => Shop.EventuallyAsync(async () =>
    {
        IDatabase redis = _redis.GetDatabase();
        // These two are as of some seconds ago, by intent.
        await redis.KeyDeleteAsync(["{hybrid}:popular", "{hybrid}:kinds"]);
        return RedisState.Parse(await redis.StringGetAsync("{hybrid}:state"))?.At == Records.ReadLogState();
    }, "the server is where the log is");

    // A machine that is busy with other tests is slow, and is not what these ask.
    private RedisFeatureOptions Options => RedisFeatureOptions.Parse($"redis://127.0.0.1:{_server.Port}") with { Timeout = TimeSpan.FromSeconds(10) };

    private (IFeatureStore Features, IFeatureMirror Mirror) OpenBoth(FeatureOptions options, RedisFeatureOptions? redis = null)
    {
        IFeatureMirror mirror = Open(Records, options, redis).Mirror;
        var reader = new RedisFeatureStore(redis ?? Options, NullLoggerFactory.Instance);
        _opened.Add(reader);
        return (reader, mirror);
    }

    private (IFeatureMirror Mirror, RedisFeatureStore Store) Open(Hybrid.Records.RecordStore records, FeatureOptions options, RedisFeatureOptions? redis = null)
    {
        var own = new FeatureStore(records, EventKinds.Default, options, Clock);
        var store = new RedisFeatureStore(redis ?? Options, NullLoggerFactory.Instance);
        IFeatureMirror mirror = store.Fill(new FeatureFacts(records, own.ReadPopular, own.ReadKinds, options.HistoryLength));
        _opened.AddRange([store, mirror]);
        return (mirror, store);
    }

    private async Task<string[]?> TryAsync(IFeatureStore features)
    {
        try
        {
            return [.. Assert.IsType<RecentEvents>(await features.FindAsync("u", Token)).TasteOf(EventKinds.Default, Clock.Now.AddDays(1))
                .LastLiked(int.MaxValue).Select(item => item.Value)];
        }
        catch (FeatureStoreException)
        {
            return null;
        }
    }

    private async Task<int> CountUsersAsync()
    {
        int users = 0;
        await foreach (RedisKey _ in _redis.GetServers()[0].KeysAsync(pattern: "{hybrid}:user:*"))
            users++;
        return users;
    }
}
