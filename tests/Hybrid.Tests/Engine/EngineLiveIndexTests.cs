using System.Diagnostics.Metrics;
using Hybrid.Streaming;

namespace Hybrid.Tests.Engine;

/// <summary>An engine that makes changed items searchable by itself.</summary>
public sealed class EngineLiveIndexTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HybridOptions Live => _shop.Options with { LiveIndex = new() };

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task What_is_added_changed_and_removed_is_so_in_searches_without_anybody_indexing()
    {
        await using HybridEngine engine = await OpenAsync(Live);
        await engine.AddAsync(Shop.Items, Token);
        await CaughtUpAsync(engine);
        Assert.Equal("K1", (await TopAsync(engine, "espresso")));

        await engine.AddAsync([Shop.Product("N2", "Garden hose"), Shop.Product("K1", "Set of six cups")], Token);
        await CaughtUpAsync(engine);
        Assert.Equal("N2", await TopAsync(engine, "watering the garden"));
        Assert.Equal("K1", await TopAsync(engine, "cups"));

        await engine.RemoveAsync(["N2"], Token);
        Assert.DoesNotContain("N2", Shop.Ids(await engine.SearchAsync("watering the garden", 20, Token)));   // at once, whatever the index has
        await CaughtUpAsync(engine);
        Assert.Equal(Shop.Items.Length, await (await engine.OpenItemsAsync(Token)).CountAsync(Token));
        Assert.Equal("products@1", (await engine.OpenItemsAsync(Token)).Name);   // in place: nothing was built aside
    }

    [Fact]
    public async Task What_another_engine_has_changed_is_noticed_and_what_was_left_by_one_that_ended_is_taken_up()
    {
        await using HybridEngine other = await _shop.OpenAsync();
        await other.AddAsync(Shop.Items, Token);
        await using HybridEngine engine = await OpenAsync(_shop.Options with { LiveIndex = new() { Interval = TimeSpan.FromMilliseconds(10) } });
        await Shop.EventuallyAsync(() => Task.FromResult(engine.NotIndexed == 0), "what was there is indexed");
        await other.AddAsync(Shop.Product("N2", "Garden hose"), Token);
        await Shop.EventuallyAsync(async () => Shop.Ids(await engine.SearchAsync("watering the garden", 1, Token))[0] == "N2", "it is found");
    }

    [Fact]
    public async Task More_than_may_wait_is_refused_until_the_index_has_caught_up()
    {
        await using HybridEngine engine = await OpenAsync(_shop.Options with { LiveIndex = new() { MostWaiting = 500 } });
        await engine.AddAsync(EngineIndexTests.Many("A", 1000), Token);

        OverloadedException refused = await Assert.ThrowsAsync<OverloadedException>(() => engine.AddAsync(Shop.Items[0], Token));

        Assert.Contains("changed items wait to be indexed", refused.Message, StringComparison.Ordinal);
        Assert.Null(engine.Records.Find(Shop.Items[0].Id));
        LiveIndexStatus status = Assert.IsType<LiveIndexStatus>((await engine.ReadStatusAsync(Token)).LiveIndex);
        Assert.True(status is { Waiting: > 0, Failure: null } && status.Lag > TimeSpan.Zero, $"{status}");
        await CaughtUpAsync(engine);
        await engine.AddAsync(Shop.Items[0], Token);
    }

    [Fact]
    public async Task It_never_goes_over_to_another_model_by_itself_and_says_what_to_do()
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        await using HybridEngine engine = await OpenAsync(Live with { Template = new Hybrid.Encoding.ItemTextTemplate("{title}!") });
        await engine.AddAsync(Shop.Product("N2", "Garden hose"), Token);
        await Shop.EventuallyAsync(() => Task.FromResult(engine.LiveIndex?.Failure is not null), "it has failed");
        Assert.Contains("call IndexAsync once", engine.LiveIndex?.Failure, StringComparison.Ordinal);

        await engine.IndexAsync(cancellationToken: Token);

        await Shop.EventuallyAsync(() => Task.FromResult(engine.LiveIndex is { Failure: null, Waiting: 0 }), "it goes on");
    }

    [Fact]
    public async Task Its_lag_is_a_metric_and_an_engine_without_it_has_none()
    {
        await using HybridEngine engine = await OpenAsync(Live), without = await _shop.OpenAsync();
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "Hybrid.Streaming")
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(["hybrid.index.lag", "hybrid.index.waiting"], seen.Keys.Order());
        Assert.Null(without.LiveIndex);
    }

    [Fact]
    public async Task An_engine_that_is_closed_in_the_middle_goes_on_where_it_was_opened_again()
    {
        await using (HybridEngine engine = await OpenAsync(Live))
        {
            await engine.AddAsync(EngineIndexTests.Many("A", 1000), Token);
            await Shop.EventuallyAsync(() => Task.FromResult(engine.NotIndexed < 1000), "it has begun");
        }
        await using HybridEngine again = await OpenAsync(Live);
        Assert.InRange(again.NotIndexed, 1, 999);
        await CaughtUpAsync(again);
        Assert.Equal(1000, await (await again.OpenItemsAsync(Token)).CountAsync(Token));
    }

    private static Task<HybridEngine> OpenAsync(HybridOptions options) => HybridEngine.OpenAsync(options, cancellationToken: Token);

    private static Task CaughtUpAsync(HybridEngine engine) =>
        Shop.EventuallyAsync(() => Task.FromResult(engine.LiveIndex is { Waiting: 0, Lag.Ticks: 0 }), "the index has caught up");

    private static async Task<string> TopAsync(HybridEngine engine, string text) => Shop.Ids(await engine.SearchAsync(text, 1, Token))[0];
}
