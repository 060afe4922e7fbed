using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests;

public sealed class CopyFromMilvusTests(MilvusServer server) : CollectionCopyContract
{
    private MilvusDatabase? _database;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database!.DisposeAsync();   // ! : made before each test
    }

    protected override Task<IVectorStore> OpenTargetAsync() => Task.FromResult<IVectorStore>(EmbeddedVectorStore.Open(":memory:"));

    protected override async Task<IVectorStore> OpenSourceAsync() => await MilvusVectorStore.OpenAsync(
        new MilvusStoreOptions { Client = (_database = await server.NewDatabaseAsync()).Options }, cancellationToken: TestContext.Current.CancellationToken);
}
