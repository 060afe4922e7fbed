using System.Text;
using Hybrid.Catalog;
using Hybrid.Indexing.Filters;
using Hybrid.Milvus.Client;

namespace Hybrid.Milvus;

/// <summary>The fields of a collection of items on a server.</summary>
/// <remarks>
/// Key, vector and index are the seeds'. Category, brand, price, in_stock and attributes are there for anyone who reads the collection. What no server
/// before 2.5 can say, that a row has no value, says <see cref="Presence"/>; and <see cref="Filters"/> holds the attributes once more by the kinds of their
/// values, so that a condition on it means on every server what it means here.
/// </remarks>
internal static class RowSchema
{
    public const string Key = "id", Vector = "embedding", Title = "title", Category = "category", Brand = "brand", Price = "price", InStock = "in_stock",
        Attributes = "attributes", Filters = "filters", Written = "written", Presence = "present", Sequence = "sequence", Fingerprint = "fingerprint";

    /// <summary>The longest text of a VARCHAR field, in bytes.</summary>
    public const int MaxTextBytes = 65_535;

    /// <summary>The longest document of a JSON field, in bytes.</summary>
    public const int MaxJsonBytes = 65_536;

    public const int MaxFingerprintBytes = 1_000;

    /// <summary>How many different values <see cref="Presence"/> has: one for each set of the four fields that a row may lack.</summary>
    public const int PresenceMasks = 16;

    private const int CategoryBit = 1, BrandBit = 2, PriceBit = 4, InStockBit = 8;

    /// <summary>What an item is made of again, without its vector and its title.</summary>
    public static readonly string[] ItemFields = [Category, Brand, Price, InStock, Attributes, Written, Presence];

    public static IReadOnlyList<FieldSchema> Fields(int dimension) =>
    [
        new(Key, FieldType.VarChar) { IsKey = true, MaxLength = ItemId.MaxBytes },
        new(Vector, FieldType.FloatVector) { Dimension = dimension },
        new(Title, FieldType.VarChar) { MaxLength = MaxTextBytes },
        new(Category, FieldType.VarChar) { MaxLength = MaxTextBytes },
        new(Brand, FieldType.VarChar) { MaxLength = MaxTextBytes },
        new(Price, FieldType.Double),
        new(InStock, FieldType.Bool),
        new(Attributes, FieldType.Json),
        new(Filters, FieldType.Json),
        new(Written, FieldType.VarChar) { MaxLength = MaxTextBytes },
        new(Presence, FieldType.Int64),
        new(Sequence, FieldType.Int64),
        new(Fingerprint, FieldType.VarChar) { MaxLength = MaxFingerprintBytes },
    ];

    public static int PresenceOf(Item item) =>
        (item.Category is null ? 0 : CategoryBit) | (item.Brand is null ? 0 : BrandBit) | (item.Price is null ? 0 : PriceBit) | (item.InStock is null ? 0
            : InStockBit);

    /// <summary>0 for the id, which every row has.</summary>
    public static int PresenceOf(FilterField field) => field.Name switch
    {
        Category => CategoryBit,
        Brand => BrandBit,
        Price => PriceBit,
        InStock => InStockBit,
        _ => 0,
    };

    public static bool IsThere(long presence, string column) => (presence & PresenceOf(new FilterField(column, AttributeKind.Text))) != 0;

    /// <summary>The fields of the language have the columns' names.</summary>
    public static string ColumnOf(FilterField field) => field.Name;

    /// <summary>How an attribute's value is written, whatever its kind, composed; there for every attribute.</summary>
    public static string TextPath(string attribute) => Path("t", attribute);

    public static string NumberPath(string attribute) => Path("n", attribute);

    public static string TruthPath(string attribute) => Path("b", attribute);

    /// <summary>How many elements a list has; there only for lists.</summary>
    public static string CountPath(string attribute) => Path("c", attribute);

    /// <summary>A list's elements of one kind.</summary>
    public static string ListPath(FilterField field, AttributeKind kind) =>
        field.IsCategory ? $"{Filters}[\"categories\"]" : Path($"{LetterOf(kind)}s", field.Name);

    public static string CategoryCountPath => $"{Filters}[\"category_count\"]";

    /// <summary>What <see cref="ListPath"/> and the others lead into.</summary>
    public static char LetterOf(AttributeKind kind) => kind switch
    {
        AttributeKind.Text => 't',
        AttributeKind.Number => 'n',
        _ => 'b',
    };

    /// <summary>The first text behind all that begin with this one, in the order of UTF-8 bytes; null when there is none.</summary>
    public static string? After(string prefix)
    {
        Rune[] runes = [.. prefix.EnumerateRunes()];
        for (int i = runes.Length - 1; i >= 0; i--)
        {
            if (runes[i].Value == 0x10FFFF)
                continue;
            int next = runes[i].Value + 1;
            var last = new Rune(next is >= 0xD800 and <= 0xDFFF ? 0xE000 : next);   // halves of pairs are no characters
            return string.Concat(runes[..i].Append(last));
        }
        return null;
    }

    private static string Path(string kind, string attribute) => $"{Filters}[\"{kind}\"][{FilterExpression.Quote(ComposedText.Of(attribute))}]";
}
