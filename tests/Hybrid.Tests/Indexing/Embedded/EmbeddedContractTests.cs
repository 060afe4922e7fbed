using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class EmbeddedVectorStoreTests() : VectorStoreContract(new EmbeddedStores());

public sealed class EmbeddedCollectionTests() : VectorCollectionContract(new EmbeddedStores());

public sealed class EmbeddedRowsTests() : VectorRowsContract(new EmbeddedStores());

public sealed class EmbeddedSearchOptionsTests() : VectorSearchOptionsContract(new EmbeddedStores());

public sealed class EmbeddedFilterTests() : VectorFilterContract(new EmbeddedStores());

public sealed class InMemoryVectorStoreTests() : VectorStoreContract(new InMemoryStores());

public sealed class InMemoryCollectionTests() : VectorCollectionContract(new InMemoryStores());

public sealed class InMemoryRowsTests() : VectorRowsContract(new InMemoryStores());

public sealed class InMemorySearchOptionsTests() : VectorSearchOptionsContract(new InMemoryStores());

/// <summary>Each in a file of its own.</summary>
public sealed class EmbeddedStores : IEmptyStores
{
    private readonly TemporaryFolder _folder = new();
    private int _stores;

    public Task<IVectorStore> OpenAsync() => Task.FromResult<IVectorStore>(EmbeddedVectorStore.Open(_folder.File($"vectors{_stores++}.db")));

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }
}

public sealed class InMemoryStores : IEmptyStores
{
    public Task<IVectorStore> OpenAsync() => Task.FromResult<IVectorStore>(EmbeddedVectorStore.Open(":memory:"));

    public ValueTask DisposeAsync() => default;
}
