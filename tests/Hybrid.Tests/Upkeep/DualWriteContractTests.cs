using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;

namespace Hybrid.Tests.Upkeep;

public sealed class DualWriteVectorStoreTests() : VectorStoreContract(new DualWriteStores());

public sealed class DualWriteCollectionTests() : VectorCollectionContract(new DualWriteStores());

public sealed class DualWriteRowsTests() : VectorRowsContract(new DualWriteStores());

public sealed class DualWriteSearchOptionsTests() : VectorSearchOptionsContract(new DualWriteStores());

public sealed class DualWriteFilterTests() : VectorFilterContract(new DualWriteStores());

/// <summary>A store in memory and one in a file.</summary>
public sealed class DualWriteStores : IEmptyStores
{
    private readonly TemporaryFolder _folder = new();
    private int _stores;

    public Task<IVectorStore> OpenAsync() => Task.FromResult<IVectorStore>(new DualWriteVectorStore(
        EmbeddedVectorStore.Open(_folder.File($"first{_stores}.db")), EmbeddedVectorStore.Open(_folder.File($"second{_stores++}.db"))));

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return default;
    }
}

/// <summary>What is in the second store.</summary>
public sealed class DualWriteTests : IAsyncDisposable
{
    private static readonly VectorSpace Space = new("toy", new('a', 64), 2, VectorSpaceKind.Text);

    private readonly EmbeddedVectorStore _first = EmbeddedVectorStore.Open(":memory:"), _second = EmbeddedVectorStore.Open(":memory:");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Both_stores_have_what_was_written_and_neither_what_was_removed()
    {
        var store = new DualWriteVectorStore(_first, _second);
        IVectorCollection both = await store.CreateAsync("products", Space, Token);
        await both.UpsertAsync(new ItemBatch(Space, [new("A"), new("B")], new float[] { 1, 0, 0, 1 }), Token);
        await both.RemoveAsync(["A"], Token);
        await store.SetAliasAsync("products", both.Name, Token);
        foreach (IVectorStore one in (IVectorStore[])[_first, _second])
        {
            IVectorCollection rows = await one.OpenAsync("products", Space, Token);
            Assert.Equal(["B"], (await rows.ReadAsync(cancellationToken: Token).ToArrayAsync(Token)).Select(row => row.Fields.Id.Value));
        }
    }

    [Fact]
    public async Task Stores_of_other_versions_are_refused_and_nothing_is_left_behind()
    {
        await _second.CreateAsync("products", Space, Token);
        var store = new DualWriteVectorStore(_first, _second);
        VectorStoreException refused = await Assert.ThrowsAsync<VectorStoreException>(() => store.CreateAsync("products", Space, Token));
        Assert.Contains("products@1 in one store and products@2 in the other", refused.Message, StringComparison.Ordinal);
        Assert.Empty(await _first.ListAsync(Token));
        Assert.Single(await _second.ListAsync(Token));
    }
}
