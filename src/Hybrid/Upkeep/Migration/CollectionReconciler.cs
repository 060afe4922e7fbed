using System.IO.Hashing;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Records;

namespace Hybrid.Upkeep.Migration;

/// <summary>Compares a collection, by a scan of all its rows, with the records and with the ledger of what was written into it.</summary>
/// <remarks>
/// <para>1,024 buckets by a hash of the id: of each the wrapping sum of 128 bits of every row that should be there, and of every row that is. Only where two
/// sums differ are rows compared one by one. No count is trusted. Items that are still to be taken count on neither side.</para>
/// <para>Cost: all rows once with their vectors, and where anything differs once more; memory for the ids that differ.</para>
/// </remarks>
internal sealed class CollectionReconciler(IVectorCollection collection, RecordStore records, ChangeLog changes)
{
    public const int Buckets = 1_024;

    private readonly RowLedger _ledger = changes.LedgerOf(collection.Name);

    /// <summary>Finds what differs; what changes meanwhile is looked at once more, and is no difference where the collection has still to take it.</summary>
    public async Task<ReconcileReport> CompareAsync(CancellationToken cancellationToken)
    {
        HashSet<ItemId> before = InFlight(changes, collection.Name);
        var sums = new UInt128[Buckets];
        long rows = 0;
        foreach ((ItemId item, UInt128 digest, long sequence) in Expected())
        {
            if (!before.Contains(item))
                unchecked { sums[BucketOf(item)] += digest + Mix(sequence); }
        }
        ItemId last = default;
        await foreach (StoredItem row in collection.ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            rows++;
            if (!before.Contains(row.Fields.Id) || row.Fields.Id == last)
                unchecked { sums[BucketOf(row.Fields.Id)] -= RowDigest.Of(row) + Mix(row.Sequence); }
            last = row.Fields.Id;
        }
        HashSet<int> differing = [.. Enumerable.Range(0, Buckets).Where(bucket => sums[bucket] != 0)];
        ReconcileReport report = await FindAsync(differing, cancellationToken).ConfigureAwait(false);
        HashSet<ItemId> flying = InFlight(changes, collection.Name);
        return report with
        {
            Rows = rows,
            DifferingBuckets = differing.Count,
            InFlight = flying.Count,
            Missing = Settled(report.Missing, flying),
            Extra = Settled(report.Extra, flying),
            Stale = Settled(report.Stale, flying),
            Changed = Settled(report.Changed, flying),
        };
    }

    /// <summary>What the rows should be: those of the ledger; an item of the records that it lacks has a row that no sum has, and so differs.</summary>
    private IEnumerable<(ItemId Item, UInt128 Digest, long Sequence)> Expected()
    {
        using IEnumerator<(ItemId Item, UInt128 Digest)> written = _ledger.Read().GetEnumerator();
        bool more = written.MoveNext();
        foreach (DirtyKey key in records.ReadKeys())
        {
            // Rows of items that the records have lost are expected nowhere: where they are, they are too many.
            while (more && written.Current.Item < key.Item)
                more = written.MoveNext();
            bool isWritten = more && written.Current.Item == key.Item;
            yield return (key.Item, isWritten ? written.Current.Digest : UInt128.MaxValue, key.Sequence);
            if (isWritten)
                more = written.MoveNext();
        }
    }

    private async Task<ReconcileReport> FindAsync(HashSet<int> buckets, CancellationToken cancellationToken)
    {
        List<ItemId> missing = [], extra = [], stale = [], changed = [], doubled = [];
        if (buckets.Count > 0)
        {
            using IEnumerator<(ItemId Item, UInt128 Digest, long Sequence)> record =
                Expected().Where(row => buckets.Contains(BucketOf(row.Item))).GetEnumerator();
            bool more = record.MoveNext();
            ItemId last = default;
            await foreach (StoredItem row in collection.ReadAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                ItemId item = row.Fields.Id;
                if (!buckets.Contains(BucketOf(item)))
                    continue;
                if (item == last)
                {
                    doubled.Add(item);
                    continue;
                }
                last = item;
                for (; more && record.Current.Item < item; more = record.MoveNext())
                    missing.Add(record.Current.Item);
                if (!more || record.Current.Item != item)
                {
                    extra.Add(item);
                    continue;
                }
                if (row.Sequence < record.Current.Sequence)
                    stale.Add(item);
                else if (RowDigest.Of(row) != record.Current.Digest)
                    changed.Add(item);
                more = record.MoveNext();
            }
            for (; more; more = record.MoveNext())
                missing.Add(record.Current.Item);
        }
        return new ReconcileReport
        {
            Collection = collection.Name,
            Rows = 0,
            DifferingBuckets = 0,
            InFlight = 0,
            Missing = missing,
            Extra = extra,
            Stale = stale,
            Changed = changed,
            Doubled = [.. doubled.Distinct()],
        };
    }

    private static ItemId[] Settled(IReadOnlyList<ItemId> items, HashSet<ItemId> flying) => [.. items.Where(item => !flying.Contains(item))];

    /// <summary>What a collection has still to take.</summary>
    internal static HashSet<ItemId> InFlight(ChangeLog changes, string collection)
    {
        const int chunk = 4_096;
        var items = new HashSet<ItemId>();
        ItemId after = default;
        while (true)
        {
            IReadOnlyList<DirtyKey> keys = changes.Read(collection, long.MaxValue, after, chunk);
            items.UnionWith(keys.Select(key => key.Item));
            if (keys.Count < chunk)
                return items;
            after = keys[^1].Item;
        }
    }

    /// <summary>Of the record's sequence on one side and the row's on the other: a row that was written rightly, and not again, is stale.</summary>
    private static UInt128 Mix(long sequence) => XxHash128.HashToUInt128(BitConverter.GetBytes(sequence));

    private static int BucketOf(ItemId item) => (int)(XxHash3.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(item.Value)) % Buckets);
}
