using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Hybrid.Catalog;
using Hybrid.Encoding;

namespace Hybrid.Indexing;

/// <summary>Brings a collection up to date with a catalogue, encoding only what changed.</summary>
/// <param name="encoder">Makes the vectors, in the collection's space.</param>
/// <param name="template">Makes the text of an item.</param>
public sealed class CatalogIndexer(TextEncoder encoder, ItemTextTemplate template)
{
    /// <summary>Items read, encoded and written at a time: enough to form full batches by length, few enough that progress moves and a cancellation loses little.</summary>
    private const int ChunkSize = 256;

    /// <summary>Makes the collection hold exactly these items.</summary>
    /// <param name="items">Each id once. Read once, a chunk at a time.</param>
    /// <param name="progress">Told how many items are done.</param>
    /// <exception cref="OperationCanceledException">Cancelled between chunks: what was written is kept, and the next call goes on from there.</exception>
    /// <exception cref="VectorStoreException">The store failed; as after a cancellation.</exception>
    public async Task<IndexReport> UpdateAsync(IVectorCollection collection, IEnumerable<Item> items, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(items);
        var before = new Dictionary<ItemId, string>(await collection.ReadFingerprintsAsync(cancellationToken).ConfigureAwait(false));
        var report = new IndexReport { Collection = collection.Name };
        foreach (Item[] chunk in items.Chunk(ChunkSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stale = new List<(Item Item, string Text, string Fingerprint, string Before)>();
            foreach (Item item in chunk)
            {
                string text = template.TextOf(item);
                string fingerprint = Fingerprint(text, item);
                before.Remove(item.Id, out string? known);
                if (known == fingerprint)
                    report = report with { Unchanged = report.Unchanged + 1 };
                else
                    stale.Add((item, text, fingerprint, known ?? ""));
            }
            report = await WriteAsync(collection, stale, report, cancellationToken).ConfigureAwait(false);
            progress?.Report(report.Items);
        }
        // What is left was not in the catalogue.
        await collection.RemoveAsync(before.Keys, cancellationToken).ConfigureAwait(false);
        return report with { Removed = before.Count };
    }

    private async Task<IndexReport> WriteAsync(IVectorCollection collection, List<(Item Item, string Text, string Fingerprint, string Before)> stale, IndexReport report, CancellationToken cancellationToken)
    {
        if (stale.Count == 0)
            return report;
        int d = collection.Space.Dimension;
        float[] vectors = new float[stale.Count * d];

        // Same text, other price or stock: the vector is still good.
        int[] reusable = [.. Enumerable.Range(0, stale.Count).Where(i => TextHash(stale[i].Before).SequenceEqual(TextHash(stale[i].Fingerprint)))];
        IReadOnlyDictionary<ItemId, StoredItem> stored = await collection.GetAsync([.. reusable.Select(i => stale[i].Item.Id)], cancellationToken).ConfigureAwait(false);
        var toEncode = new List<int>();
        for (int i = 0, next = 0; i < stale.Count; i++)
        {
            bool reuses = next < reusable.Length && reusable[next] == i;
            if (reuses)
                next++;
            if (reuses && stored.TryGetValue(stale[i].Item.Id, out StoredItem row))
                row.Vector.Span.CopyTo(vectors.AsSpan(i * d, d));
            else
                toEncode.Add(i);
        }

        float[] encoded = new float[toEncode.Count * d];
        encoder.Encode([.. toEncode.Select(i => stale[i].Text)], TextRole.Passage, encoded, cancellationToken);
        for (int j = 0; j < toEncode.Count; j++)
            encoded.AsSpan(j * d, d).CopyTo(vectors.AsSpan(toEncode[j] * d, d));

        await collection.UpsertAsync(new ItemBatch([.. stale.Select(s => s.Item)], vectors, [.. stale.Select(s => s.Fingerprint)]), cancellationToken).ConfigureAwait(false);
        return report with { Encoded = report.Encoded + toEncode.Count, Refreshed = report.Refreshed + stale.Count - toEncode.Count };
    }

    /// <summary>128 bits of the text and 64 bits of the fields, as hex: what an item's row was made from.</summary>
    private static string Fingerprint(string text, Item item)
    {
        var fields = new StringBuilder().Append(item.Category).Append('\0').Append(item.Brand).Append('\0').Append(item.Price?.ToString("R", CultureInfo.InvariantCulture)).Append('\0').Append(item.InStock);
        foreach ((string name, AttributeValue value) in item.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal))
            fields.Append('\0').Append(name).Append('\0').Append((int)value.Kind).Append(value);
        return XxHash128.HashToUInt128(Bytes(text)).ToString("x32") + XxHash3.HashToUInt64(Bytes(fields.ToString())).ToString("x16");

        static byte[] Bytes(string s) => System.Text.Encoding.UTF8.GetBytes(s);
    }

    private static ReadOnlySpan<char> TextHash(string fingerprint) => fingerprint.AsSpan(0, Math.Min(32, fingerprint.Length));
}
