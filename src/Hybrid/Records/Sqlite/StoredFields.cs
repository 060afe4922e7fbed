using System.Diagnostics.CodeAnalysis;
using Hybrid.Catalog;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hybrid.Records.Sqlite;

/// <summary>The columns that filters read, into items and back, with the checksum of the row that they are part of.</summary>
/// <remarks>
/// A reader of many rows keeps one of these: categories, brands and attribute names repeat, and each is held once. It adds the columns before these to
/// <see cref="Checksum"/>, in the order in which the writer added them. Not for concurrent use.
/// </remarks>
internal sealed class StoredFields
{
    /// <summary>In the order in which <see cref="Read"/> expects them.</summary>
    public const string Columns = "category, brand, price, in_stock, attributes";

    /// <summary>Their parameters, for <see cref="Set"/>.</summary>
    public const string Parameters = "@category, @brand, @price, @in_stock, @attributes";

    private readonly Dictionary<string, string> _shared = new(StringComparer.Ordinal);

    public RowChecksum Checksum { get; } = new();

    /// <summary>An item of the five columns that begin at <paramref name="first"/>; the caller adds title and text where it has them.</summary>
    /// <param name="id">As it stands in the row: it is an id only if the checksum says so.</param>
    /// <param name="checksum">The column that holds the row's checksum.</param>
    /// <param name="sequence">What the checksum also takes in; 0 where it does not.</param>
    /// <exception cref="DamagedRowException">The row is not what was written.</exception>
    public Item Read(SqliteDataReader reader, string id, int first, int checksum, long sequence = 0)
    {
        string? category = Shared(reader.Text(first)), brand = Shared(reader.Text(first + 1));
        double? price = reader.IsDBNull(first + 2) ? null : reader.GetDouble(first + 2);
        long? inStock = reader.IsDBNull(first + 3) ? null : reader.GetInt64(first + 3);
        ReadOnlySpan<byte> attributes = raw.sqlite3_column_blob(reader.Handle, first + 4);   // TEXT in UTF-8, without a copy
        AddToChecksum(category, brand, price, inStock);
        _ = attributes.IsEmpty ? Checksum.Add((string?)null) : Checksum.AddUtf8(attributes);
        Verify(reader, checksum, $"item '{id}'", sequence);
        var item = new Item(new ItemId(id)) { Category = category, Brand = brand, Price = price, InStock = inStock is null ? null : inStock != 0 };
        return attributes.IsEmpty ? item : item with { Attributes = StoredAttributes.Read(attributes, Shared) };
    }

    /// <summary>Values for <see cref="Parameters"/>.</summary>
    public void Set(SqliteCommand command, Item item)
    {
        long? inStock = item.InStock is { } there ? (there ? 1L : 0L) : null;
        string? attributes = StoredAttributes.Write(item.Attributes);
        AddToChecksum(item.Category, item.Brand, item.Price, inStock);
        Checksum.Add(attributes);
        command.Set("@category", item.Category);
        command.Set("@brand", item.Brand);
        command.Set("@price", item.Price);
        command.Set("@in_stock", inStock);
        command.Set("@attributes", attributes);
    }

    /// <summary>Compares what was added to <see cref="Checksum"/> with what the row says.</summary>
    /// <param name="sequence">What the checksum also takes in, by <see cref="Sequences.Sealed"/>; 0 where it does not.</param>
    /// <exception cref="DamagedRowException">They differ.</exception>
    public void Verify(SqliteDataReader reader, int checksum, string row, long sequence = 0)
    {
        if ((Checksum.Take() ^ sequence) != reader.Number(checksum))
            throw new DamagedRowException($"the row of {row} is not what was written: its checksum is another");
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

    private void AddToChecksum(string? category, string? brand, double? price, long? inStock) =>
        Checksum.Add(category).Add(brand).Add(price is 0 ? 0 : price).Add(inStock);   // SQLite gives −0 back as 0
}
