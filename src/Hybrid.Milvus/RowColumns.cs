using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>Items as the columns of <see cref="RowSchema"/>, and back.</summary>
internal static class RowColumns
{
    /// <exception cref="ArgumentException">A value is longer than the server takes.</exception>
    public static IReadOnlyList<Column> Of(ItemBatch batch)
    {
        IReadOnlyList<Item> items = batch.Items;
        ReadOnlyMemory<byte>[] attributes = [.. items.Select(RowDocuments.Attributes)], filters = [.. items.Select(RowDocuments.Filters)];
        string[] written = [.. items.Select(RowDocuments.Written)];
        for (int i = 0; i < items.Count; i++)
        {
            Item item = items[i];
            ThrowIfLonger(item, "category", System.Text.Encoding.UTF8.GetByteCount(item.Category ?? ""), RowSchema.MaxTextBytes);
            ThrowIfLonger(item, "brand", System.Text.Encoding.UTF8.GetByteCount(item.Brand ?? ""), RowSchema.MaxTextBytes);
            ThrowIfLonger(item, "fingerprint", System.Text.Encoding.UTF8.GetByteCount(batch.FingerprintOf(i)), RowSchema.MaxFingerprintBytes);
            int longest = Math.Max(Math.Max(attributes[i].Length, filters[i].Length), System.Text.Encoding.UTF8.GetByteCount(written[i]));
            ThrowIfLonger(item, "attributes, with their copy for filters,", longest, RowSchema.MaxTextBytes);
        }
        return
        [
            new TextColumn(RowSchema.Key, [.. items.Select(item => item.Id.Value)]),
            new VectorColumn(RowSchema.Vector, batch.Space.Dimension, batch.Vectors),
            new TextColumn(RowSchema.Title, [.. items.Select(item => Cut(item.Title))]),
            new TextColumn(RowSchema.Category, [.. items.Select(item => ComposedText.Of(item.Category ?? ""))]),
            new TextColumn(RowSchema.Brand, [.. items.Select(item => ComposedText.Of(item.Brand ?? ""))]),
            new DoubleColumn(RowSchema.Price, [.. items.Select(item => item.Price ?? 0)]),
            new BoolColumn(RowSchema.InStock, [.. items.Select(item => item.InStock ?? false)]),
            new JsonColumn(RowSchema.Attributes, attributes),
            new JsonColumn(RowSchema.Filters, filters),
            new TextColumn(RowSchema.Written, written),
            new Int64Column(RowSchema.Presence, [.. items.Select(item => (long)RowSchema.PresenceOf(item))]),
            new Int64Column(RowSchema.Sequence, [.. Enumerable.Range(0, items.Count).Select(batch.SequenceOf)]),
            new TextColumn(RowSchema.Fingerprint, [.. Enumerable.Range(0, items.Count).Select(batch.FingerprintOf)]),
        ];
    }

    /// <summary>The items of a search's hits or a query's rows, without title and text.</summary>
    public static IReadOnlyList<Item> Items(IReadOnlyList<ItemId> keys, RowSet rows)
    {
        if (keys.Count == 0)
            return [];
        IReadOnlyList<string> categories = rows.Column<TextColumn>(RowSchema.Category).Values, brands = rows.Column<TextColumn>(RowSchema.Brand).Values;
        IReadOnlyList<string> written = rows.Column<TextColumn>(RowSchema.Written).Values;
        IReadOnlyList<double> prices = rows.Column<DoubleColumn>(RowSchema.Price).Values;
        IReadOnlyList<bool> inStock = rows.Column<BoolColumn>(RowSchema.InStock).Values;
        IReadOnlyList<long> presence = rows.Column<Int64Column>(RowSchema.Presence).Values;
        IReadOnlyList<ReadOnlyMemory<byte>> attributes = rows.Column<JsonColumn>(RowSchema.Attributes).Values;
        var items = new Item[keys.Count];
        for (int i = 0; i < items.Length; i++)
        {
            long there = presence[i];
            items[i] = RowDocuments.Read(new Item(keys[i])
            {
                Category = RowSchema.IsThere(there, RowSchema.Category) ? categories[i] : null,
                Brand = RowSchema.IsThere(there, RowSchema.Brand) ? brands[i] : null,
                Price = RowSchema.IsThere(there, RowSchema.Price) ? prices[i] : null,
                InStock = RowSchema.IsThere(there, RowSchema.InStock) ? inStock[i] : null,
            }, attributes[i], written[i]);
        }
        return items;
    }

    /// <summary>What <see cref="Rows"/> reads.</summary>
    public static IReadOnlyList<string> FieldsOf(bool withVectors) =>
        [RowSchema.Key, .. RowSchema.ItemFields, RowSchema.Sequence, RowSchema.Fingerprint, .. withVectors ? [RowSchema.Vector] : (string[])[]];

    /// <summary>The rows of a query, in its order.</summary>
    public static IReadOnlyList<StoredItem> Rows(RowSet rows, bool withVectors)
    {
        if (rows.Count == 0)
            return [];
        IReadOnlyList<Item> items = Items(SearchedFields.KeysOf(rows.Column<TextColumn>(RowSchema.Key)), rows);
        IReadOnlyList<long> sequences = rows.Column<Int64Column>(RowSchema.Sequence).Values;
        IReadOnlyList<string> fingerprints = rows.Column<TextColumn>(RowSchema.Fingerprint).Values;
        VectorColumn? vectors = withVectors ? rows.Column<VectorColumn>(RowSchema.Vector) : null;
        return [.. items.Select((item, i) => new StoredItem(item, vectors is null ? default : vectors[i], sequences[i], fingerprints[i]))];
    }

    private static void ThrowIfLonger(Item item, string field, int bytes, int most)
    {
        if (bytes > most)
            throw new ArgumentException($"The {field} of item {item.Id} takes {bytes} bytes, and Milvus holds {most} in a field: shorten it.", nameof(item));
    }

    /// <summary>A title is only shown: what does not fit into a field is left off.</summary>
    private static string Cut(string title)
    {
        if (title.Length * 3 <= RowSchema.MaxTextBytes || System.Text.Encoding.UTF8.GetByteCount(title) <= RowSchema.MaxTextBytes)
            return title;
        int most = RowSchema.MaxTextBytes / 3;
        return char.IsHighSurrogate(title[most - 1]) ? title[..(most - 1)] : title[..most];
    }
}
