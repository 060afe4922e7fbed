using System.Globalization;
using Hybrid.Catalog.Files;

namespace Hybrid.Catalog;

/// <summary>Reads items from CSV (RFC 4180, with a header) or JSONL, UTF-8, gzip or plain: told apart by their first bytes.</summary>
/// <remarks>
/// <para>Fields: id (also item_id, itemid, product_id, sku), title (name), text (description), category, brand, price, in_stock (stock); case does not count,
/// and a <see cref="ColumnMap"/> names others. Everything else is an attribute under its own name. Needed: an id, and a title or a text.</para>
/// <para>price: a finite number with '.'; in_stock: true, false, yes, no, or a count; empty: unknown. Space around a field's value is not part of it.</para>
/// <para>Attributes are as they stand; an empty one is none. CSV: true and false are that, and a cell in plain digits (12.50; not 007, 7E3 or a barcode of
/// 20 digits) is a number. JSONL: numbers are numbers, unless digits would be lost; texts are texts; lists of those are lists, without their nulls (of a field
/// above: the text "a|b"); the members of "attributes" are attributes, whatever their names; "vector" is ignored. Each value is judged by itself; an import
/// then judges all values of an attribute together.</para>
/// <para>Rows come in file order, as they are asked for, in bounded memory. A row that cannot be used goes to <see cref="FileReadOptions.OnRejected"/>. An id
/// may come again: the catalogue takes the last.</para>
/// </remarks>
/// <exception cref="DataFileException">While enumerating: the file is missing, damaged, not UTF-8 throughout its encoding, or has no usable header.</exception>
public static class ItemFile
{
    private const int Id = 0, Title = 1, Text = 2, Category = 3, Brand = 4, Price = 5, InStock = 6;

    private static readonly DataSchema Schema = new(
        [
            ["id", "item_id", "itemid", "product_id", "sku"], ["title", "name"], ["text", "description"], ["category"], ["brand"], ["price"],
            ["in_stock", "stock"],
        ],
        [["id"], ["title", "text"]], Key: Id);

    /// <param name="path">A file, or "-" for standard input.</param>
    public static IEnumerable<Item> Read(string path, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        DataFile.Read(path, Schema, options, ItemOf, cancellationToken);

    /// <param name="name">What errors call the stream.</param>
    public static IEnumerable<Item> Read(Stream stream, string name, FileReadOptions? options = null, CancellationToken cancellationToken = default) =>
        DataFile.Read(stream, name, Schema, options, ItemOf, cancellationToken);

    private static Item ItemOf(DataRow row)
    {
        string id = RowValues.Id(row, Id, "id");
        string? title = row.ValueOf(Title), text = row.ValueOf(Text);
        if (title is null && text is null)
        {
            int column = row.Roles[Title] < 0 ? 1 : row.Fields[row.Roles[Title]].Column;
            throw new RowException(column, "title is missing, and there is no text either; an item needs one of them", "title");
        }
        return new Item(new ItemId(id))
        {
            Title = title ?? "",
            Text = text ?? "",
            Category = row.ValueOf(Category),
            Brand = row.ValueOf(Brand),
            Price = PriceOf(row),
            InStock = InStockOf(row),
            Attributes = AttributesOf(row),
        };
    }

    private static double? PriceOf(DataRow row)
    {
        if (row.ValueOf(Price) is not { } value)
            return null;
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double price) && double.IsFinite(price)
            ? price
            : throw RowValues.Bad(row, Price, "price", "is not a finite number; write it like 12.99");
    }

    private static bool? InStockOf(DataRow row) => row.ValueOf(InStock)?.ToLowerInvariant() switch
    {
        null => null,
        "true" or "yes" => true,
        "false" or "no" => false,
        { } count when double.TryParse(count, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) => number > 0,
        _ => throw RowValues.Bad(row, InStock, "in_stock", "is neither true nor false nor a count"),
    };

    private static Dictionary<string, AttributeValue> AttributesOf(DataRow row)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        for (int i = 0; i < row.Fields.Count; i++)
        {
            DataField field = row.Fields[i];
            bool isNobodys = field.Name.Length == 0 || Array.IndexOf(row.Roles, i) >= 0;
            bool isEmpty = field.Elements is { } elements ? elements.Count == 0 : string.IsNullOrEmpty(field.Value);
            if (isEmpty || isNobodys && !field.IsAttribute)
                continue;
            if (!attributes.TryAdd(field.Name, ValueOf(field)))
                throw new RowException(field.Column, $"the attribute '{PlainText.Brief(field.Name)}' comes twice", field.Name);
        }
        return attributes;
    }

    private static AttributeValue ValueOf(DataField field) => field.Kind switch
    {
        null => AttributeValue.OfCell(field.Value!),   // ! : the caller has left out what is empty
        AttributeKind.Number => AttributeValue.OfJsonNumber(field.Value!),
        AttributeKind.Boolean => field.Value == "true",
        AttributeKind.List => AttributeValue.OfList(field.Elements!),   // ! : a list has them
        _ => field.Value!,
    };
}
