using System.Runtime.CompilerServices;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Indexing;

public sealed partial class CatalogIndexer
{
    /// <summary>Rows of a batch that is loaded: messages of about 4 MB.</summary>
    internal int LoadedRows { get; init; } = 2_048;

    /// <summary>Fills an empty collection, as a whole, with everything that it has still to take; a load that was interrupted goes on where it was.</summary>
    /// <remarks>What changes meanwhile, and what an interrupted call has loaded, is still marked when this returns: the next update looks at it, and writes
    /// the rows that are not right.</remarks>
    /// <param name="collection">Takes loads: <see cref="IBulkTarget"/>.</param>
    /// <param name="reused">A collection whose vectors are taken over where an item's text is still the same; null: all texts are encoded.</param>
    /// <param name="beforeBatch">Called before each batch is made; what it throws ends the load.</param>
    /// <returns>How many texts were encoded.</returns>
    /// <exception cref="VectorStoreException">The store failed; the next call goes on from there.</exception>
    internal async Task<long> LoadAsync(IVectorCollection collection, RecordStore records, ChangeLog changes, IVectorCollection? reused,
        Func<Task> beforeBatch, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        RowLedger? ledger = changes.LedgerOf(collection.Name) is { IsKept: true } kept ? kept : null;
        var taken = new Dictionary<ItemId, long>();
        long encoded = 0;
        await ((IBulkTarget)collection).BulkLoadAsync(after => RowsAsync(after, cancellationToken), progress, cancellationToken).ConfigureAwait(false);
        // Only now: who reads rows for a load is not told which of them are in.
        foreach (KeyValuePair<ItemId, long>[] chunk in taken.Chunk(LoadedRows))
            changes.Clear(collection.Name, [.. chunk.Select(row => new DirtyKey(row.Key, row.Value))]);
        return encoded;

        async IAsyncEnumerable<ItemBatch> RowsAsync(ItemId after, [EnumeratorCancellation] CancellationToken stop)
        {
            while (true)
            {
                await beforeBatch().ConfigureAwait(false);
                IReadOnlyList<DirtyKey> keys = changes.Read(collection.Name, long.MaxValue, after, LoadedRows);
                if (keys.Count == 0)
                    yield break;
                after = keys[^1].Item;
                ItemId[] ids = [.. keys.Select(key => key.Item)];
                IReadOnlyDictionary<ItemId, Item> items = records.Find(ids);
                IReadOnlyDictionary<ItemId, StoredItem> rows = reused is null ? new Dictionary<ItemId, StoredItem>()
                    : await reused.GetAsync(ids, withVectors: true, stop).ConfigureAwait(false);
                var made = new List<Change>(keys.Count);
                foreach (DirtyKey key in keys.Where(key => items.ContainsKey(key.Item)))
                {
                    Item item = items[key.Item];
                    string text = template.TextOf(item);
                    made.Add(new(item, key.Sequence, text, Fingerprint(text, item), rows.GetValueOrDefault(key.Item)));
                    taken[key.Item] = key.Sequence;
                }
                PutCodes(records, ids, items);
                if (made.Count == 0)
                    continue;
                (ItemBatch batch, int ofThese, _) = await MakeAsync(
                    collection, made, Blend is not null && reused?.Space != collection.Space, stop).ConfigureAwait(false);
                encoded += ofThese;
                // Before they are in: their keys are marked until they are, so that nobody takes the notes at their word.
                ledger?.Note(DigestsOf(batch), []);
                yield return batch;
            }
        }
    }
}
