using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;

namespace Hybrid.Contracts;

/// <summary>A collection whose store fails where a test wants it to.</summary>
public sealed class FaultyCollection(IVectorCollection inner) : IVectorCollection
{
    private int _writes;

    /// <summary>Which write fails, from 1, and all after it; 0: none.</summary>
    public int FailsAtWrite { get; init; }

    public Action? AfterWrite { get; init; }

    /// <summary>Done before the first of all rows is read.</summary>
    public Func<Task>? BeforeRead { get; init; }

    /// <summary>An item whose row comes twice when all rows are read.</summary>
    public ItemId? Doubled { get; init; }

    public string Name => inner.Name;

    public VectorSpace Space => inner.Space;

    public Task<long> CountAsync(CancellationToken cancellationToken = default) => inner.CountAsync(cancellationToken);

    public async Task UpsertAsync(ItemBatch batch, CancellationToken cancellationToken = default)
    {
        if (++_writes >= FailsAtWrite && FailsAtWrite > 0)
            throw new VectorStoreException(Name, "write", "the connection was cut. Try again.", isTransient: true);
        await inner.UpsertAsync(batch, cancellationToken);
        AfterWrite?.Invoke();
    }

    public Task RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) => inner.RemoveAsync(items, cancellationToken);

    public Task<IReadOnlyDictionary<ItemId, StoredItem>> GetAsync(
        IReadOnlyCollection<ItemId> items, bool withVectors = true, CancellationToken cancellationToken = default) =>
        inner.GetAsync(items, withVectors, cancellationToken);

    public async IAsyncEnumerable<StoredItem> ReadAsync(
        ItemId after = default, bool withVectors = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (BeforeRead is not null)
            await BeforeRead();
        await foreach (StoredItem row in inner.ReadAsync(after, withVectors, cancellationToken))
        {
            yield return row;
            if (row.Fields.Id == Doubled)
                yield return row;
        }
    }

    public Task<IReadOnlyList<Neighbor>> SearchAsync(QueryVector query, int count, SearchOptions? options = null,
        CancellationToken cancellationToken = default) =>
        inner.SearchAsync(query, count, options, cancellationToken);

    public Task<IReadOnlyList<IReadOnlyList<Neighbor>>> SearchManyAsync(
        IReadOnlyList<QueryVector> queries, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        inner.SearchManyAsync(queries, count, options, cancellationToken);

    public Task BuildIndexAsync(CancellationToken cancellationToken = default) => inner.BuildIndexAsync(cancellationToken);

    public Task TuneIndexAsync(double? recall, CancellationToken cancellationToken = default) => inner.TuneIndexAsync(recall, cancellationToken);

    public Task<IndexDescription> DescribeIndexAsync(CancellationToken cancellationToken = default) => inner.DescribeIndexAsync(cancellationToken);
}
