using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class EmbeddedVectorStoreTests : VectorStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override Task<IVectorStore> OpenEmptyAsync() => Task.FromResult<IVectorStore>(EmbeddedVectorStore.Open(_folder.File("vectors.db")));
}
