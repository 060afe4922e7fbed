using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class InMemoryVectorStoreTests : VectorStoreContract
{
    protected override Task<IVectorStore> OpenEmptyAsync() => Task.FromResult<IVectorStore>(EmbeddedVectorStore.Open(":memory:"));
}
