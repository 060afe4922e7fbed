using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>A collection that is filled faster as a whole than by <see cref="IVectorCollection.UpsertAsync"/>: one on a server, for which every upsert is a
/// delete and an insert, and an index is better made of all rows than of each part.</summary>
public interface IBulkTarget
{
    /// <summary>Whether <see cref="BulkLoadAsync"/> may fill it: it is empty, or such a load was interrupted.</summary>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    Task<bool> TakesBulkAsync(CancellationToken cancellationToken = default);

    /// <summary>Fills it: inserts all rows, then makes the index, then brings it into memory; returns when it can be searched.</summary>
    /// <remarks>
    /// <para>After an interruption, of whatever kind, the next call goes on behind the last row that is known to be in, and writes none twice. Until the load
    /// has ended a search finds some of the rows.</para>
    /// <para>By one process at a time; memory for some ten thousand rows.</para>
    /// </remarks>
    /// <param name="rowsAfter">The rows behind an item, or all of them where that is default: by id, ascending through all batches. Some thousand rows make a
    /// good batch. Read while earlier ones are written; asked for once more, for all rows, where the server has lost some.</param>
    /// <param name="progress">Told how many rows are in, those of interrupted calls included.</param>
    /// <returns>How many rows are in, likewise.</returns>
    /// <exception cref="ArgumentException">A batch is of another space, or its ids are not behind those before; earlier ones are in.</exception>
    /// <exception cref="OperationCanceledException">Cancelled: what was written is kept, and the next call goes on from there.</exception>
    /// <exception cref="VectorStoreException">It has rows that no such load has written; or the store failed, as after a cancellation.</exception>
    Task<long> BulkLoadAsync(
        Func<ItemId, IAsyncEnumerable<ItemBatch>> rowsAfter, IProgress<long>? progress = null, CancellationToken cancellationToken = default);
}
