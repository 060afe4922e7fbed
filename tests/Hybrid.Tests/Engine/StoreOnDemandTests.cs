using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid.Tests.Engine;

public sealed class StoreOnDemandTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_opened_once_by_the_first_call_and_closed_with_it()
    {
        int opened = 0;
        EmbeddedVectorStore inner = EmbeddedVectorStore.Open(":memory:");
        var store = Of(() =>
        {
            opened++;
            return inner;
        });
        Assert.Equal(0, opened);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.ListAsync(Token)));
        Assert.Equal(1, opened);

        await store.DisposeAsync();
        await store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => inner.ListAsync(Token));
        ObjectDisposedException refused = await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ListAsync(Token));
        Assert.Contains("a store", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_to_open_is_not_kept()
    {
        bool isDown = true;
        await using var store = Of(() => isDown ? throw new VectorStoreException("a store", "open", "nobody answers.", isTransient: true)
            : EmbeddedVectorStore.Open(":memory:"));
        await Assert.ThrowsAsync<VectorStoreException>(() => store.ListAsync(Token));
        isDown = false;
        Assert.Empty(await store.ListAsync(Token));
    }

    [Fact]
    public async Task One_that_nobody_needed_is_never_opened()
    {
        await Of(() => throw new InvalidOperationException("opened")).DisposeAsync();
    }

    internal static StoreOnDemand Of(Func<IVectorStore> open) =>
        new(new ExternalStore("a store", (_, _) => Task.Run(open)), NullLoggerFactory.Instance);
}

public sealed class StoreOnDemandVectorStoreTests() : VectorStoreContract(new StoresOnDemand());

public sealed class StoresOnDemand : IEmptyStores
{
    public Task<IVectorStore> OpenAsync() => Task.FromResult<IVectorStore>(StoreOnDemandTests.Of(() => EmbeddedVectorStore.Open(":memory:")));

    public ValueTask DisposeAsync() => default;
}
