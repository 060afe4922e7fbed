using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Vectors;

namespace Hybrid.Tests.Engine;

/// <summary>A store elsewhere, as a server is: in another folder, opened by the engine, and down when the test says so.</summary>
internal sealed class SecondStore(Shop shop, string name = "server shop.example:1/shop")
{
    private int _open;

    public bool IsDown { get; set; }

    /// <summary>How many engines have it open.</summary>
    public int Open => _open;

    public ExternalStore Store => new(name, async (_, cancellationToken) =>
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        if (IsDown)
            throw new VectorStoreException(name, "open", "nobody answers. Start the server.", isTransient: true);
        Interlocked.Increment(ref _open);
        return new Counted(EmbeddedVectorStore.Open(shop.File("server.db")), this);
    });

    public HybridOptions Options => shop.Options with { Store = Store };

    public Task<HybridEngine> OpenAsync(Func<HybridOptions, HybridOptions>? with = null) =>
        HybridEngine.OpenAsync(with?.Invoke(Options) ?? Options, cancellationToken: TestContext.Current.CancellationToken);

    /// <summary>An engine of a machine that has no records.</summary>
    public Task<HybridEngine> OpenElsewhereAsync() => OpenAsync(options => options with { DataPath = shop.File("elsewhere"), WithoutRecords = true });

    private sealed class Counted(IVectorStore inner, SecondStore owner) : IVectorStore
    {
        public Task<IVectorCollection> CreateAsync(string name, VectorSpace space, CancellationToken cancellationToken = default) =>
            inner.CreateAsync(name, space, cancellationToken);

        public Task<IVectorCollection> OpenAsync(string nameOrAlias, VectorSpace? space = null, CancellationToken cancellationToken = default) =>
            inner.OpenAsync(nameOrAlias, space, cancellationToken);

        public Task<string?> ResolveAsync(string nameOrAlias, CancellationToken cancellationToken = default) => inner.ResolveAsync(nameOrAlias,
            cancellationToken);

        public Task<IReadOnlyList<CollectionInfo>> ListAsync(CancellationToken cancellationToken = default) => inner.ListAsync(cancellationToken);

        public Task SetAliasAsync(string alias, string collection, CancellationToken cancellationToken = default) =>
            inner.SetAliasAsync(alias, collection, cancellationToken);

        public Task DropAsync(string collection, CancellationToken cancellationToken = default) => inner.DropAsync(collection, cancellationToken);

        public ValueTask DisposeAsync()
        {
            Interlocked.Decrement(ref owner._open);
            return inner.DisposeAsync();
        }
    }
}
