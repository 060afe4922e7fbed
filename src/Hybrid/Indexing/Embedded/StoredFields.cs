using System.Diagnostics.CodeAnalysis;
using Hybrid.Catalog;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hybrid.Indexing.Embedded;

/// <summary>The columns that filters read, into items and back.</summary>
/// <remarks>A reader of many rows keeps one of these: categories, brands and attribute names repeat, and each is held once.</remarks>
internal sealed class StoredFields
{
    /// <summary>In the order in which <see cref="Read"/> expects them.</summary>
    public const string Columns = "category, brand, price, in_stock, attributes";

    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);

    /// <summary>An item of the five columns that begin at <paramref name="first"/>; the caller adds title and text where it has them.</summary>
    public Item Read(SqliteDataReader reader, ItemId id, int first)
    {
        ReadOnlySpan<byte> attributes = raw.sqlite3_column_blob(reader.Handle, first + 4);   // TEXT in UTF-8, without a copy
        var item = new Item(id)
        {
            Category = Shared(reader.Text(first)),
            Brand = Shared(reader.Text(first + 1)),
            Price = reader.IsDBNull(first + 2) ? null : reader.GetDouble(first + 2),
            InStock = reader.IsDBNull(first + 3) ? null : reader.GetInt64(first + 3) != 0,
        };
        return attributes.IsEmpty ? item : item with { Attributes = StoredAttributes.Read(attributes, Shared) };
    }

    /// <summary>Values for the parameters @category, @brand, @price, @in_stock and @attributes.</summary>
    public static void Set(SqliteCommand command, Item item)
    {
        command.Set("@category", item.Category);
        command.Set("@brand", item.Brand);
        command.Set("@price", item.Price);
        command.Set("@in_stock", item.InStock is { } inStock ? (inStock ? 1L : 0L) : null);
        command.Set("@attributes", StoredAttributes.Write(item.Attributes));
    }

    /// <summary>What an index keeps of an item: no title, no text, and attributes that the caller cannot change any more.</summary>
    public static Item Of(Item item) => new(item.Id)
    {
        Category = item.Category,
        Brand = item.Brand,
        Price = item.Price,
        InStock = item.InStock,
        Attributes = item.Attributes.Count == 0 ? item.Attributes : new Dictionary<string, AttributeValue>(item.Attributes, StringComparer.Ordinal),
    };

    /// <summary>The first string that came with these characters.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public string? Shared(string? text)
    {
        if (text is null)
            return null;
        if (_shared.TryGetValue(text, out string? known))
            return known;
        _shared.Add(text, text);
        return text;
    }
}
