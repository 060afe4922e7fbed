using Hybrid.Catalog.Files;

namespace Hybrid.Catalog;

/// <summary>Reads items from CSV (with a header), JSON (lines or an array) or Parquet, packed or plain: told apart by their first bytes.</summary>
/// <remarks>
/// <para>Fields: id (also item_id, itemid, product_id, sku), title (name), text (description), category, brand, price, in_stock (stock); case, and whether
/// words
/// are joined by _ or a space, do not count; a <see cref="ColumnMap"/> names others, and known exports (Shopify, WooCommerce, Google Merchant, MovieLens …)
/// need none. Everything else is an attribute under its own name. Needed: an id, and a title or a text.</para>
/// <para>price: a finite number, with or without its currency and thousands; in_stock: true, false, yes, no, a word of shops or a count; empty, or a word of
/// <see cref="FileReadOptions.Missing"/>: unknown. Space around a field's value is not part of it.</para>
/// <para>Rows without title and text, with the id of the item above, are its variants: it is in stock if any is, at the lowest price, and its attributes
/// have the values of all.</para>
/// <para>Attributes are as they stand; an empty one is none. CSV: true and false are that, and a cell in plain digits (12.50; not 007, 7E3 or a barcode of
/// 20 digits) is a number. JSON: numbers are numbers, unless digits would be lost; texts are texts; lists are lists; the members of "attributes" are
/// attributes, whatever their names; "vector" is ignored. Each value is judged by itself; an import then judges all values of an attribute together, and all
/// prices: here a price like 1,249 is read by the prices before it.</para>
/// <para>Rows come in file order, as they are asked for, in bounded memory. A row that cannot be used goes to <see cref="FileReadOptions.OnRejected"/>. An id
/// may come again: the catalogue takes the last.</para>
/// </remarks>
/// <exception cref="DataFileException">While enumerating: the file is missing, damaged, not in its encoding throughout, or has no usable header.</exception>
public static class ItemFile
{
    /// <param name="path">A file, or "-" for standard input.</param>
    public static IEnumerable<Item> Read(string path, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Read(options, read => DataFile.Read(path, ItemReader.Schema, options, read, cancellationToken));

    /// <param name="name">What errors call the stream.</param>
    public static IEnumerable<Item> Read(Stream stream, string name, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        Read(options, read => DataFile.Read(stream, name, ItemReader.Schema, options, read, cancellationToken));

    private static IEnumerable<Item> Read(FileReadOptions? options, Func<Func<DataRow, Exports.KnownExport?, Item?>, IEnumerable<Item?>> rows)
    {
        var reader = new ItemReader(options ?? new FileReadOptions());
        foreach (Item? item in rows(reader.Take))
        {
            if (item is not null)
                yield return item;
        }
        if (reader.Finish() is { } last)
            yield return last;
        options?.OnPricesRead?.Invoke(reader.Prices);
    }
}
