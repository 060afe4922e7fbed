using Hybrid.Behavior;
using Hybrid.Redis;
using Hybrid.Streaming;
using Hybrid.Tests.Cli;
using StackExchange.Redis;

namespace Hybrid.Tests.Engine;

/// <summary>A machine without records that knows through a Redis server what users did.</summary>
public sealed class EngineSharedFeaturesTests : IDisposable
{
    private readonly Shop _shop = new();
    private readonly SecondStore _store;

    public EngineSharedFeaturesTests() => _store = new SecondStore(_shop);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task It_recommends_by_user_and_by_popularity_what_the_machine_with_the_records_would()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using HybridEngine owner = await OpenOwnerAsync(server);
        await using HybridEngine reader = await OpenReaderAsync(server);
        foreach (RecommendQuery query in (RecommendQuery[])[new() { User = "a1", Count = 5 }, new() { User = "nobody", Count = 5 }, new() { Count = 5 },
            new() { Text = "coffee", User = "c1", Count = 5 }])
        {
            Assert.Equal(Shop.Ids(await owner.RecommendAsync(query, Token)), Shop.Ids(await reader.RecommendAsync(query, Token)));
        }

        await owner.AppendAsync([new Event("a1", "K1", "dislike", TimeProvider.System.GetUtcNow())], Token);
        await Shop.EventuallyAsync(async () => !Shop.Ids(await reader.RecommendAsync(new() { User = "a1", Count = 10 }, Token)).Contains("K1"),
            "the reader knows it");

        await using ConnectionMultiplexer redis = await server.ConnectAsync();
        Assert.True(await redis.GetDatabase().KeyExistsAsync("{hybrid}:user:a1"));
        await owner.EraseAsync("a1", Token);
        Assert.False(await redis.GetDatabase().KeyExistsAsync("{hybrid}:user:a1"));
        await Shop.EventuallyAsync(async () => Shop.Ids(await reader.RecommendAsync(new() { User = "a1", Count = 10 }, Token)).Contains("P4"),
            "the reader knows nothing of the user");
    }

    [Fact]
    public async Task While_the_server_is_away_the_owner_answers_all_and_the_reader_what_it_can()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using HybridEngine owner = await OpenOwnerAsync(server);
        await using HybridEngine reader = await OpenReaderAsync(server);
        string[] right = Shop.Ids(await reader.RecommendAsync(new() { User = "a1", Count = 5 }, Token));
        await reader.RecommendAsync(new() { Count = 5 }, Token);

        await server.KillAsync();

        Assert.Equal(right, Shop.Ids(await owner.RecommendAsync(new() { User = "a1", Count = 5 }, Token)));
        await owner.AppendAsync([new Event("c1", "P1", "view", TimeProvider.System.GetUtcNow())], Token);
        await Assert.ThrowsAsync<FeatureStoreException>(() => reader.RecommendAsync(new() { User = "a1", Count = 5 }, Token));
        Assert.NotNull(reader.FeatureFailure);
        Assert.Equal(3, (await reader.RecommendAsync(new() { Text = "coffee", Count = 3 }, Token)).Count);
        Assert.Equal(3, (await reader.RecommendAsync(new() { Count = 3 }, Token)).Count);   // as it was known last

        await server.StartAgainAsync(isEmpty: true);
        await Shop.EventuallyAsync(async () => await TryAsync(reader) is { } told && told.SequenceEqual(right), "it answers again");
        Assert.Null(reader.FeatureFailure);
    }

    [Fact]
    public async Task A_machine_that_can_only_read_its_records_asks_them_while_the_server_is_away()
    {
        await using (HybridEngine owner = await _store.OpenAsync())
        {
            await owner.AddAsync(Shop.Items, Token);
            await owner.AppendAsync(Shop.Events, Token);
            await owner.IndexAsync(cancellationToken: Token);
        }
        await using RedisServer server = await RedisServer.StartAsync();
        await server.KillAsync();
        using var medium = new ReadOnlyMedium(_shop.Options.DataPath);
        await using HybridEngine reader = await _store.OpenAsync(options => options.UseRedisFeatures($"redis://127.0.0.1:{server.Port}"));
        Assert.True(reader.Records.IsReadOnly);
        Assert.DoesNotContain("P4", Shop.Ids(await reader.RecommendAsync(new() { User = "a1", Count = 10 }, Token)));
        Assert.NotNull(reader.FeatureFailure);
        await server.StartAgainAsync();
    }

    private async Task<HybridEngine> OpenOwnerAsync(RedisServer server)
    {
        HybridEngine owner = await _store.OpenAsync(options => options.UseRedisFeatures(Of(server)));
        await owner.AddAsync(Shop.Items, Token);
        await owner.AppendAsync(Shop.Events, Token);
        await owner.IndexAsync(cancellationToken: Token);
        return owner;
    }

    private Task<HybridEngine> OpenReaderAsync(RedisServer server) => _store.OpenAsync(options =>
        (options with { DataPath = _shop.File("elsewhere"), WithoutRecords = true }).UseRedisFeatures(Of(server)));

    // A machine that is busy with other tests is slow, and is not what these ask.
    private static RedisFeatureOptions Of(RedisServer server) =>
        RedisFeatureOptions.Parse($"redis://127.0.0.1:{server.Port}") with { Timeout = TimeSpan.FromSeconds(10) };

    private static async Task<string[]?> TryAsync(HybridEngine reader)
    {
        try
        {
            return Shop.Ids(await reader.RecommendAsync(new() { User = "a1", Count = 5 }, Token));
        }
        catch (FeatureStoreException)
        {
            return null;
        }
    }
}
