using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Indexing;

/// <summary>Unit vectors of one space, keyed by item, searched by cosine.</summary>
/// <remarks>
/// <para>Shapes: a vector is <see cref="VectorSpace.Dimension"/> float32 with L2 norm 1 ± 1e-3; a batch is row-major [n × d].</para>
/// <para>Spaces: a batch or a query of another space than <see cref="Space"/> is refused, whatever its dimension.</para>
/// <para>Scores: cosine in [−1, 1], higher is closer; equal scores come in ascending <see cref="ItemId"/>.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
public interface IVectorCollection
{
    /// <summary>With its version, "products@3".</summary>
    string Name { get; }

    VectorSpace Space { get; }

    Task<long> CountAsync(CancellationToken cancellationToken = default);

    /// <summary>Inserts or replaces; a search that starts after the task completes sees every row.</summary>
    /// <exception cref="ArgumentException">The batch is of another space, a row is not a unit vector, or a price is not finite; nothing was
    /// written.</exception>
    /// <exception cref="VectorStoreException">The store failed; some rows may be written, and repeating the call is safe.</exception>
    Task UpsertAsync(ItemBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Removes items; ids that are not there are ignored.</summary>
    /// <exception cref="VectorStoreException">The store failed; some items may be gone, and repeating the call is safe.</exception>
    Task RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default);

    /// <summary>The rows of those items that are there.</summary>
    /// <param name="withVectors">False: rows without their vectors, which costs less.</param>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    Task<IReadOnlyDictionary<ItemId, StoredItem>> GetAsync(IReadOnlyCollection<ItemId> items, bool withVectors = true,
        CancellationToken cancellationToken = default);

    /// <summary>Every row, by id, in bounded memory: what an export, a copy or a comparison of two stores reads.</summary>
    /// <remarks>Read in pages, so that writers go on meanwhile: each row is as it was when its page was read, and an item that comes or goes meanwhile may
    /// or may not be there.</remarks>
    /// <param name="after">Only rows behind this item, to go on where an earlier call ended; default: from the first.</param>
    /// <param name="withVectors">False: rows without their vectors.</param>
    /// <exception cref="VectorStoreException">The store failed; thrown while enumerating.</exception>
    IAsyncEnumerable<StoredItem> ReadAsync(ItemId after = default, bool withVectors = true, CancellationToken cancellationToken = default);

    /// <summary>The nearest items, best first.</summary>
    /// <remarks>Approximate: items outside the probed cells are missed. The embedded store probes all, or as many as find 99 %
    /// (<see cref="IndexDescription.TargetRecall"/>), unless the options name a number. Fewer than <paramref name="count"/> return only when fewer match, or
    /// when a store probes no further cells.</remarks>
    /// <param name="count">1 … 16 384, the most Milvus returns.</param>
    /// <exception cref="ArgumentException">The query is of another space or not a unit vector, or the count, or the count with the offset, is out of
    /// range.</exception>
    /// <exception cref="VectorStoreException">The store failed; nothing changed.</exception>
    Task<IReadOnlyList<Neighbor>> SearchAsync(QueryVector query, int count, SearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The nearest items of each of many queries, in their order: what <see cref="SearchAsync"/> returns for each.</summary>
    /// <remarks>In the embedded store all of them see one state of the collection.</remarks>
    /// <exception cref="ArgumentException">As <see cref="SearchAsync"/>, of any query.</exception>
    /// <exception cref="VectorStoreException">The store failed; nothing changed.</exception>
    Task<IReadOnlyList<IReadOnlyList<Neighbor>>> SearchManyAsync(
        IReadOnlyList<QueryVector> queries, int count, SearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Settles the index on the vectors now there: worth it after bulk writes. Searches are right without it, only slower or coarser.</summary>
    Task BuildIndexAsync(CancellationToken cancellationToken = default);

    /// <summary>Measures how many cells a search has to visit to find this share of the nearest items, and has every search that names no probes visit as
    /// many, here and in every process, also after a build.</summary>
    /// <param name="recall">Above 0 and below 1; null: the default, .99, and in the embedded store all items where they are few.</param>
    /// <exception cref="ArgumentOutOfRangeException">The recall is outside its range.</exception>
    /// <exception cref="VectorStoreException">The store failed, or can only be read.</exception>
    Task TuneIndexAsync(double? recall, CancellationToken cancellationToken = default);

    Task<IndexDescription> DescribeIndexAsync(CancellationToken cancellationToken = default);
}
