using Hybrid.Indexing;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests;

/// <summary>What every store promises, on a real server.</summary>
public sealed class MilvusVectorStoreTests(MilvusServer server) : VectorStoreContract, IAsyncLifetime
{
    private readonly List<MilvusDatabase> _databases = [];

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (MilvusDatabase database in _databases)
            await database.DisposeAsync();
    }

    protected override async Task<IVectorStore> OpenEmptyAsync()
    {
        MilvusDatabase database = await server.NewDatabaseAsync();
        _databases.Add(database);
        return await MilvusVectorStore.OpenAsync(new MilvusStoreOptions { Client = database.Options }, cancellationToken: Token);
    }
}
