using Hybrid.Indexing;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests;

// What every store promises, on a real server.
public sealed class MilvusVectorStoreTests(MilvusServer server) : VectorStoreContract(new MilvusStores(server));

public sealed class MilvusCollectionTests(MilvusServer server) : VectorCollectionContract(new MilvusStores(server));

public sealed class MilvusRowsTests(MilvusServer server) : VectorRowsContract(new MilvusStores(server));

public sealed class MilvusSearchOptionsTests(MilvusServer server) : VectorSearchOptionsContract(new MilvusStores(server));

public sealed class MilvusFilterTests(MilvusServer server) : VectorFilterContract(new MilvusStores(server));

/// <summary>Each in a database of its own.</summary>
public sealed class MilvusStores(MilvusServer server) : IEmptyStores
{
    private readonly List<MilvusDatabase> _databases = [];

    public async Task<IVectorStore> OpenAsync()
    {
        MilvusDatabase database = await server.NewDatabaseAsync();
        _databases.Add(database);
        return await MilvusVectorStore.OpenAsync(new MilvusStoreOptions { Client = database.Options },
            cancellationToken: TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (MilvusDatabase database in _databases)
            await database.DisposeAsync();
    }
}
