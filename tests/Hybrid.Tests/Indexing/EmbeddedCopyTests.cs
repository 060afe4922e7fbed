using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing;

public sealed class EmbeddedCopyTests : CollectionCopyContract
{
    private readonly TemporaryFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override Task<IVectorStore> OpenSourceAsync() => Task.FromResult<IVectorStore>(EmbeddedVectorStore.Open(_folder.File("source.db")));

    protected override Task<IVectorStore> OpenTargetAsync() => Task.FromResult<IVectorStore>(EmbeddedVectorStore.Open(_folder.File("target.db")));
}
