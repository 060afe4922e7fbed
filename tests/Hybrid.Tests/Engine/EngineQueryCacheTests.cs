using System.Diagnostics.Metrics;
using Hybrid.Encoding;

namespace Hybrid.Tests.Engine;

public sealed class EngineQueryCacheTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_and_a_recommendation_for_the_same_words_encode_them_once()
    {
        using var shop = new Shop();
        await using HybridEngine engine = await shop.OpenIndexedAsync();
        List<string?> counted = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Hybrid.Encoding")
                self.EnableMeasurementEvents(instrument);
        };
        // Other tests ask too, on other threads.
        AsyncLocal<bool> isMine = new() { Value = true };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            if (isMine.Value)
                counted.Add($"{tags[0].Key} {tags[0].Value} {count}");
        });
        listener.Start();

        IReadOnlyList<SearchResult> first = await engine.SearchAsync("headphones for a flight", cancellationToken: Token);
        IReadOnlyList<SearchResult> second = await engine.SearchAsync("headphones for a flight", cancellationToken: Token);
        await engine.RecommendAsync(new RecommendQuery { Text = "headphones for a flight" }, Token);

        Assert.Equal(first.Select(found => (found.Item.Id, found.Score)), second.Select(found => (found.Item.Id, found.Score)));
        Assert.Equal(new QueryCacheStatus(4_096, 1, Hits: 2, Misses: 1), (await engine.ReadStatusAsync(Token)).QueryCache);
        Assert.Equal(["cache miss 1", "cache hit 1", "cache hit 1"], counted);
    }

    [Fact]
    public async Task A_cache_of_none_is_off()
    {
        using var shop = new Shop();
        await using (HybridEngine indexing = await shop.OpenIndexedAsync())
        {
        }
        await using HybridEngine engine = await HybridEngine.OpenAsync(shop.Options with { CachedQueries = 0 }, cancellationToken: Token);
        await engine.SearchAsync("headphones", cancellationToken: Token);
        await engine.SearchAsync("headphones", cancellationToken: Token);
        Assert.Equal(new QueryCacheStatus(0, 0, 0, 0), (await engine.ReadStatusAsync(Token)).QueryCache);
        Assert.Throws<ArgumentOutOfRangeException>(() => new HybridOptions { CachedQueries = -1 });
    }
}
