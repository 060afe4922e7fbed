using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Upkeep.Migration;

/// <summary>A collection of two stores: reads come from the first, writes go into both.</summary>
internal sealed class DualWriteCollection(IVectorCollection first, IVectorCollection second) : IVectorCollection
{
    public string Name => first.Name;

    public VectorSpace Space => first.Space;

    public Task<long> CountAsync(CancellationToken cancellationToken = default) => first.CountAsync(cancellationToken);

    public async Task UpsertAsync(ItemBatch batch, CancellationToken cancellationToken = default)
    {
        await first.UpsertAsync(batch, cancellationToken).ConfigureAwait(false);
        await second.UpsertAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default)
    {
        await first.RemoveAsync(items, cancellationToken).ConfigureAwait(false);
        await second.RemoveAsync(items, cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyDictionary<ItemId, StoredItem>> GetAsync(
        IReadOnlyCollection<ItemId> items, bool withVectors = true, CancellationToken cancellationToken = default) =>
        first.GetAsync(items, withVectors, cancellationToken);

    public IAsyncEnumerable<StoredItem> ReadAsync(ItemId after = default, bool withVectors = true, CancellationToken cancellationToken = default) =>
        first.ReadAsync(after, withVectors, cancellationToken);

    public Task<IReadOnlyList<Neighbor>> SearchAsync(
        QueryVector query, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        first.SearchAsync(query, count, options, cancellationToken);

    public Task<IReadOnlyList<IReadOnlyList<Neighbor>>> SearchManyAsync(
        IReadOnlyList<QueryVector> queries, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        first.SearchManyAsync(queries, count, options, cancellationToken);

    public async Task BuildIndexAsync(CancellationToken cancellationToken = default)
    {
        await first.BuildIndexAsync(cancellationToken).ConfigureAwait(false);
        await second.BuildIndexAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task TuneIndexAsync(double? recall, CancellationToken cancellationToken = default)
    {
        await first.TuneIndexAsync(recall, cancellationToken).ConfigureAwait(false);
        await second.TuneIndexAsync(recall, cancellationToken).ConfigureAwait(false);
    }

    public Task<IndexDescription> DescribeIndexAsync(CancellationToken cancellationToken = default) => first.DescribeIndexAsync(cancellationToken);
}
