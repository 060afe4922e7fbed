namespace Hybrid.Tests.Engine;

public sealed class EngineWarmUpTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_warm_has_its_model_in_memory_and_has_asked_nothing_in_the_place_of_users()
    {
        using var shop = new Shop();
        await using (HybridEngine indexing = await shop.OpenIndexedAsync())
        {
        }
        await using HybridEngine engine = await HybridEngine.OpenAsync(shop.Options, cancellationToken: Token);
        Assert.False(engine.HasLoadedModel);

        await engine.WarmUpAsync(Token);

        Assert.True(engine.HasLoadedModel);
        Assert.Equal(0, (await engine.ReadStatusAsync(Token)).QueryCache.Misses);
    }

    [Fact]
    public async Task An_empty_folder_has_nothing_to_load()
    {
        using var shop = new Shop();
        await using HybridEngine engine = await HybridEngine.OpenAsync(shop.Options, cancellationToken: Token);

        await engine.WarmUpAsync(Token);

        Assert.False(engine.HasLoadedModel);
    }
}
