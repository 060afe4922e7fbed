using System.IO.Hashing;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Records;

namespace Hybrid.Upkeep.Migration;

/// <summary>Rows of a collection that somebody has written past the records: of items that these do not have, or as they never were there.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="First">The first of them.</param>
/// <param name="Sum">Of all of them: another one where any was added, changed or taken away.</param>
internal readonly record struct PastWrites(long Count, ItemId First, UInt128 Sum)
{
    /// <remarks>Cost: all rows once, without their vectors. What the collection has still to take counts for nothing.</remarks>
    public static async Task<PastWrites> FindAsync(
        IVectorCollection collection, RecordStore records, ChangeLog changes, CancellationToken cancellationToken)
    {
        var found = new Dictionary<ItemId, long>();
        using IEnumerator<DirtyKey> keys = records.ReadKeys().GetEnumerator();
        bool more = keys.MoveNext();
        await foreach (StoredItem row in collection.ReadAsync(withVectors: false, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            while (more && keys.Current.Item < row.Fields.Id)
                more = keys.MoveNext();
            // An older row is one that was lost or put back: indexing makes it right.
            if (!more || keys.Current.Item != row.Fields.Id || row.Sequence > keys.Current.Sequence)
                found[row.Fields.Id] = row.Sequence;
        }
        // What changed meanwhile is marked, or a newer record by now.
        if (found.Count > 0)
        {
            foreach (ItemId pending in CollectionReconciler.InFlight(changes, collection.Name))
                found.Remove(pending);
        }
        UInt128 sum = 0;
        foreach ((ItemId item, long sequence) in found)
            unchecked { sum += XxHash128.HashToUInt128([.. System.Text.Encoding.UTF8.GetBytes(item.Value), .. BitConverter.GetBytes(sequence)]); }
        return new(found.Count, found.Count == 0 ? default : found.Keys.Min(), sum);
    }
}
