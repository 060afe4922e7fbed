using Hybrid.Indexing;

namespace Hybrid.Contracts;

/// <summary>What the contracts of stores have in common. Each store has one class for each of them, so that they run side by side.</summary>
public abstract class StoreContract(IEmptyStores stores) : IAsyncDisposable
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected Task<IVectorStore> OpenEmptyAsync() => stores.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await stores.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
