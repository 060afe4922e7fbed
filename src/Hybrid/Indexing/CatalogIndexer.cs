using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;
using Hybrid.Records;

namespace Hybrid.Indexing;

/// <summary>Brings a collection up to date with the records, encoding only what changed.</summary>
/// <param name="encoder">Makes the vectors, in the collection's space.</param>
/// <param name="template">Makes the text of an item.</param>
public sealed partial class CatalogIndexer(TextEncoder encoder, ItemTextTemplate template)
{
    /// <summary>Items of a chunk that are encoded: enough to form full batches by length, few enough that progress moves and a cancellation loses
    /// little.</summary>
    internal const int EncodedRows = 256;

    /// <summary>Items of a chunk whose vectors are there already: a write and its notes cost the less a row the more there are.</summary>
    internal const int ReadyRows = 1_024;

    /// <summary>Items of a chunk while others are asking, who are slower as long as it is made.</summary>
    internal const int SparingRows = 32;

    /// <summary>Items read, encoded and written at a time.</summary>
    internal int ChunkSize { get; init; } = EncodedRows;

    /// <summary>Blends text vectors with others; null: rows are text vectors.</summary>
    internal LegacyBlend? Blend { get; init; }

    /// <summary>Applied to the vectors that are taken over from another collection, which are those of the encoder without it; null: they are right as they
    /// are.</summary>
    internal TextAdapter? Adapter { get; init; }

    /// <summary>Asked between chunks whether to leave the rest for another call; null: never.</summary>
    internal Func<bool>? IsEnough { get; init; }

    /// <summary>Rows that are not to be trusted, whatever they say of themselves: they are made anew.</summary>
    internal IReadOnlySet<ItemId> Distrusted { get; init; } = new HashSet<ItemId>();

    /// <summary>Gives a collection what changed in the records since it last took it; the first time, everything.</summary>
    /// <remarks>What changes while this runs is for the next call.</remarks>
    /// <param name="reused">A collection of the same space whose vectors are taken over where an item's text is still the same; null: the collection
    /// itself.</param>
    /// <param name="progress">Told how many of the changed items are done.</param>
    /// <exception cref="ArgumentException">The collection is of another space than the encoder's and template's.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between chunks: what was written is kept, and the next call goes on from there.</exception>
    /// <exception cref="VectorStoreException">The store failed; as after a cancellation.</exception>
    /// <exception cref="RecordsException">The records failed; likewise.</exception>
    public Task<IndexReport> UpdateAsync(
        IVectorCollection collection, RecordStore records, IVectorCollection? reused = null, IProgress<long>? progress = null,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(records);
        return UpdateAsync(collection, records, records.Changes, reused, progress, cancellationToken);
    }

    /// <param name="changes">The change log of the store that the collection is in.</param>
    /// <inheritdoc cref="UpdateAsync(IVectorCollection, RecordStore, IVectorCollection?, IProgress{long}?, CancellationToken)"/>
    internal async Task<IndexReport> UpdateAsync(
        IVectorCollection collection, RecordStore records, ChangeLog changes, IVectorCollection? reused, IProgress<long>? progress,
            CancellationToken cancellationToken)
    {
        if ((Blend?.Blend.Space ?? encoder.SpaceFor(template)) is var space && space != collection.Space)
            throw new ArgumentException($"{collection.Name} holds vectors of {collection.Space}, and the encoder makes {space}: use another collection.",
                nameof(collection));
        changes.Follow(collection.Name);
        RowLedger? ledger = changes.LedgerOf(collection.Name) is { IsKept: true } kept ? kept : null;
        long upTo = records.LastSequence, done = 0;
        var report = new IndexReport { Collection = collection.Name, MaxTokens = encoder.Manifest.MaxTokens };
        IReadOnlyList<DirtyKey> keys = [];
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            keys = changes.Read(collection.Name, upTo, after: keys.Count == 0 ? default : keys[^1].Item, ChunkSize);
            report = await TakeAsync(collection, reused ?? collection, records, ledger, keys, report, cancellationToken).ConfigureAwait(false);
            changes.Clear(collection.Name, keys);
            progress?.Report(done += keys.Count);
        }
        while (keys.Count == ChunkSize && IsEnough?.Invoke() != true);
        if (keys.Count < ChunkSize)
            changes.NoteComplete(collection.Name);
        return report with { Items = records.ItemCount };
    }

    /// <summary>Marks, for the next update, the rows that are not those of the records: missing, left over, or of an older record.</summary>
    /// <remarks>Needed where a store was put back from a copy, or lost rows. Cost: one pass over both, without vectors.</remarks>
    /// <returns>How many there are.</returns>
    public static Task<long> ReconcileAsync(IVectorCollection collection, RecordStore records, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(records);
        return ReconcileAsync(collection, records, records.Changes, cancellationToken);
    }

    /// <param name="changes">The change log of the store that the collection is in.</param>
    /// <param name="clearsRight">Whether a mark on a row that is that of the records is taken away.</param>
    /// <inheritdoc cref="ReconcileAsync(IVectorCollection, RecordStore, CancellationToken)"/>
    internal static async Task<long> ReconcileAsync(
        IVectorCollection collection, RecordStore records, ChangeLog changes, CancellationToken cancellationToken, bool clearsRight = false)
    {
        changes.Follow(collection.Name);
        const int chunk = 256;
        long found = 0;
        var marked = new List<ItemId>(chunk);
        var right = new List<DirtyKey>(chunk);
        using IEnumerator<DirtyKey> record = records.ReadKeys().GetEnumerator();
        bool more = record.MoveNext();
        await foreach (StoredItem row in collection.ReadAsync(withVectors: false, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            for (; more && record.Current.Item < row.Fields.Id; more = record.MoveNext())
                Mark(record.Current.Item);
            if (!more || record.Current.Item != row.Fields.Id || record.Current.Sequence != row.Sequence)
                Mark(row.Fields.Id);
            else if (clearsRight)
                Clear(record.Current);
            if (more && record.Current.Item == row.Fields.Id)
                more = record.MoveNext();
        }
        for (; more; more = record.MoveNext())
            Mark(record.Current.Item);
        changes.Mark(collection.Name, marked);
        changes.Clear(collection.Name, right);
        return found;

        void Clear(DirtyKey key)
        {
            right.Add(key);
            if (right.Count < chunk)
                return;
            changes.Clear(collection.Name, right);
            right.Clear();
        }

        void Mark(ItemId item)
        {
            found++;
            marked.Add(item);
            if (marked.Count < chunk)
                return;
            changes.Mark(collection.Name, marked);
            marked.Clear();
        }
    }

    private async Task<IndexReport> TakeAsync(
        IVectorCollection collection, IVectorCollection reused, RecordStore records, RowLedger? ledger, IReadOnlyList<DirtyKey> keys, IndexReport report,
            CancellationToken cancellationToken)
    {
        if (keys.Count == 0)
            return report;
        ItemId[] ids = [.. keys.Select(key => key.Item)];
        IReadOnlyDictionary<ItemId, Item> items = records.Find(ids);
        IReadOnlyDictionary<ItemId, StoredItem> rows = await reused.GetAsync(ids, withVectors: true, cancellationToken).ConfigureAwait(false);

        ItemId[] removed = [.. ids.Where(id => !items.ContainsKey(id))];
        await collection.RemoveAsync(removed, cancellationToken).ConfigureAwait(false);

        // Where a call was cut short between a write and its note, the row looks right and nobody knows what was written: it is made anew.
        IReadOnlyDictionary<ItemId, UInt128>? noted = ledger is null || !ReferenceEquals(reused, collection) ? null : ledger.Find([.. rows.Keys]);
        var changed = new List<Change>();
        foreach (DirtyKey key in keys)
        {
            if (!items.TryGetValue(key.Item, out Item? item))
                continue;
            string text = template.TextOf(item);
            string fingerprint = Fingerprint(text, item);
            StoredItem row = Distrusted.Contains(key.Item) ? default : rows.GetValueOrDefault(key.Item);
            bool isThere = ReferenceEquals(reused, collection) && row.Fingerprint == fingerprint && row.Sequence == key.Sequence;
            if (isThere && noted is not null && !(noted.TryGetValue(key.Item, out UInt128 digest) && digest == RowDigest.Of(row)))
                (isThere, row) = (false, default);
            if (!isThere)
                changed.Add(new(item, key.Sequence, text, fingerprint, row));
        }
        // Before the keys are cleared: whatever is cut short here is done again.
        PutCodes(records, ids, items);
        bool areTexts = Blend is not null && reused.Space != collection.Space;
        (int encoded, int tooLong) = await WriteAsync(collection, changed, areTexts, ledger, cancellationToken).ConfigureAwait(false);
        ledger?.Note([], removed);
        return report with
        {
            Encoded = report.Encoded + encoded,
            TooLong = report.TooLong + tooLong,
            Refreshed = report.Refreshed + changed.Count(change => change.IsRefresh),
            TakenOver = report.TakenOver + (ReferenceEquals(reused, collection) ? 0 : changed.Count(change => change.KeepsVector)),
            Removed = report.Removed + removed.Count(rows.ContainsKey),
        };
    }

    private static void PutCodes(RecordStore records, ItemId[] ids, IReadOnlyDictionary<ItemId, Item> items) =>
        records.Codes.Put(ids.ToDictionary(id => id, id =>
            items.TryGetValue(id, out Item? item) ? CodeWords.Of(MarkupText.Plain(item.Title)) : []));

    /// <returns>How many were encoded, and of these how many did not fit into the model.</returns>
    /// <param name="areTexts">Whether the vectors that are kept are those of texts, still to be blended.</param>
    private async Task<(int Encoded, int TooLong)> WriteAsync(
        IVectorCollection collection, List<Change> changed, bool areTexts, RowLedger? ledger, CancellationToken cancellationToken)
    {
        if (changed.Count == 0)
            return default;
        (ItemBatch batch, int encoded, int tooLong) = await MakeAsync(collection, changed, areTexts, cancellationToken).ConfigureAwait(false);
        await collection.UpsertAsync(batch, cancellationToken).ConfigureAwait(false);
        ledger?.Note(DigestsOf(batch), []);
        return (encoded, tooLong);
    }

    /// <summary>Makes the rows of a batch.</summary>
    private async Task<(ItemBatch Batch, int Encoded, int TooLong)> MakeAsync(
        IVectorCollection collection, List<Change> changed, bool areTexts, CancellationToken cancellationToken)
    {
        int d = collection.Space.Dimension, ofText = encoder.Dimension;
        float[] vectors = new float[changed.Count * d];
        int[] toEncode = [.. Enumerable.Range(0, changed.Count).Where(i => !changed[i].KeepsVector)];
        float[] encoded = new float[toEncode.Length * ofText];
        int tooLong = encoder.Encode([.. toEncode.Select(i => changed[i].Text)], TextRole.Passage, encoded, cancellationToken);
        IReadOnlyDictionary<ItemId, StoredItem>? legacies = Blend is null ? null
            : await Blend.Legacy.GetAsync([.. changed.Select(c => c.Item.Id)], withVectors: true, cancellationToken).ConfigureAwait(false);
        for (int i = 0, next = 0; i < changed.Count; i++)
        {
            ReadOnlySpan<float> vector = changed[i].KeepsVector ? changed[i].Before.Vector.Span : encoded.AsSpan(next++ * ofText, ofText);
            Span<float> row = vectors.AsSpan(i * d, d);
            if (legacies is null || (changed[i].KeepsVector && !areTexts))
                vector.CopyTo(row);
            else
                Blend!.Mix(vector, legacies.GetValueOrDefault(changed[i].Item.Id).Vector.Span, row);   // ! : there are legacies
            if (changed[i].KeepsVector)
                Adapter?.Apply(row);
        }
        var batch = new ItemBatch(collection.Space, [.. changed.Select(c => c.Item)], vectors, [.. changed.Select(c => c.Fingerprint)],
            [.. changed.Select(c => c.Sequence)]);
        return (batch, toEncode.Length, tooLong);
    }

    private static (ItemId Item, UInt128 Digest)[] DigestsOf(ItemBatch batch) => [.. batch.Items.Select((item, i) => (item.Id, RowDigest.Of(
        new StoredItem(item, batch.Vectors.Slice(i * batch.Space.Dimension, batch.Space.Dimension), batch.SequenceOf(i), batch.FingerprintOf(i)))))];

    /// <summary>What an item's row would be made from now.</summary>
    internal static string Fingerprint(ItemTextTemplate template, Item item) => Fingerprint(template.TextOf(item), item);

    /// <summary>128 bits of the text and 64 bits of the fields, as hex: what an item's row was made from.</summary>
    private static string Fingerprint(string text, Item item)
    {
        var fields = new StringBuilder().Append(item.Category).Append('\0').Append(item.Brand).Append('\0')
            .Append(item.Price?.ToString("R", CultureInfo.InvariantCulture)).Append('\0').Append(item.InStock);
        foreach ((string name, AttributeValue value) in item.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
        {
            fields.Append('\0').Append(name).Append('\0').Append((int)value.Kind);
            if (value.Kind != AttributeKind.List)
                fields.Append(value);
            else
                foreach (AttributeValue element in value.Elements)
                    fields.Append('\0').Append((int)element.Kind).Append(element);
        }
        return XxHash128.HashToUInt128(Bytes(text)).ToString("x32") + XxHash3.HashToUInt64(Bytes(fields.ToString())).ToString("x16");

        static byte[] Bytes(string s) => System.Text.Encoding.UTF8.GetBytes(s);
    }

    /// <param name="Before">The row that the item has; without a vector where it has none.</param>
    private sealed record Change(Item Item, long Sequence, string Text, string Fingerprint, StoredItem Before)
    {
        /// <summary>Same text, other price or stock: the vector is still good.</summary>
        public bool KeepsVector { get; } = !Before.Vector.IsEmpty && TextHash(Before.Fingerprint).SequenceEqual(TextHash(Fingerprint));

        public bool IsRefresh => KeepsVector && Before.Fingerprint != Fingerprint;

        private static ReadOnlySpan<char> TextHash(string? fingerprint) => fingerprint is null ? "" : fingerprint.AsSpan(0, Math.Min(32, fingerprint.Length));
    }
}
