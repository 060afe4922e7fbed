using Hybrid.Catalog.Exports;

namespace Hybrid.Catalog.Files;

/// <summary>Makes items of the rows of one file: a row each, or several where an item comes with its variants.</summary>
/// <remarks>An item is complete when a row of another comes, so each is one row late. Threads: one at a time.</remarks>
internal sealed class ItemReader(FileReadOptions options)
{
    public const int Id = 0, Title = 1, Text = 2, Category = 3, Brand = 4, Price = 5, InStock = 6;

    public static readonly DataSchema Schema = new(
        [
            ["id", "item_id", "itemid", "product_id", "sku"], ["title", "name"], ["text", "description"], ["category"], ["brand"], ["price"],
            ["in_stock", "stock"],
        ],
        [["id"], ["title", "text"]], KnownExports.Items, Key: Id);

    private readonly MissingWords _missing = options.MissingWords;
    private readonly HashSet<ItemId> _hidden = [];
    private Item? _held;

    // The names that the held item's first row gives to its options: the rows after it have only values.
    private string?[] _optionNames = [];

    // In an export whose variants name their item by its SKU.
    private readonly Dictionary<string, ItemId> _parents = new(StringComparer.Ordinal);

    public PriceColumn Prices { get; } = new(options.Style);

    /// <summary>The item before that is complete now, or null.</summary>
    /// <exception cref="RowException">The row cannot be used; the item that is held stays.</exception>
    public Item? Take(DataRow row, KnownExport? export)
    {
        if (export?.Parent is { } parentColumn && ParentOf(row, parentColumn) is { } parent)
            return TakeVariant(row, export, parent);
        var id = new ItemId(RowValues.Id(row, Id, "id"));
        bool isNamed = row.ValueOf(Title) is not null || row.ValueOf(Text) is not null;
        if (!isNamed || (export?.RepeatsTitles == true && (_held?.Id == id || _hidden.Contains(id))))
            return TakeVariant(row, export, id);
        if (export?.Parent is not null && row.ValueOf("SKU") is { } sku)
            _parents[sku] = id;
        if (export is not null && IsHidden(row, export))
        {
            if (_hidden.Add(id))
                options.OnHidden?.Invoke(id);
            return Complete(null);
        }
        _optionNames = [.. (export?.Options ?? []).Select(option => row.ValueOf(option.Name))];
        return Complete(ItemOf(row, export, id));
    }

    /// <summary>The last item, or null.</summary>
    public Item? Finish() => Complete(null);

    private Item? Complete(Item? next)
    {
        Item? complete = _held;
        _held = next;
        return complete;
    }

    private Item? TakeVariant(DataRow row, KnownExport? export, ItemId parent)
    {
        if (_hidden.Contains(parent))
            return null;
        if (_held?.Id == parent)
        {
            _held = VariantRow.Join(_held, ItemOf(row, export, parent));
            return null;
        }
        // Its item was read before, and other rows since.
        if (options.OnVariant?.Invoke(ItemOf(row, export, parent)) == true)
            return null;
        int column = row.Roles[Title] < 0 ? 1 : row.Fields[row.Roles[Title]].Column;
        throw export?.Parent is null
            ? new RowException(column, "title is missing, and there is no text either; an item needs one of them", "title")
            : new RowException(column, $"it is a variant of '{parent}', which does not come before it", export.Parent, parent.Value);
    }

    private ItemId? ParentOf(DataRow row, string column)
    {
        if (row.ValueOf(column) is not { } parent)
            return null;
        if (parent.StartsWith("id:", StringComparison.OrdinalIgnoreCase))
            parent = parent[3..];
        return _parents.TryGetValue(parent, out ItemId known) ? known : ItemId.TryParse(parent, provider: null, out ItemId id) ? id : (ItemId?)null;
    }

    private Item ItemOf(DataRow row, KnownExport? export, ItemId id) => new(id)
    {
        IdAsGiven = AsGiven(row, id),
        Title = row.ValueOf(Title) ?? "",
        Text = TextOf(row) ?? "",
        Category = CategoryOf(row, export),
        Brand = row.ValueOf(Brand, _missing) is { } brand ? ComposedText.Of(brand) : null,
        Price = PriceOf(row, id),
        InStock = InStockOf(row),
        Attributes = AttributesOf(row, export),
    };

    /// <summary>The id as it stands in the row; a variant's row has another one, or none.</summary>
    private static string AsGiven(DataRow row, ItemId id) =>
        row.Fields[row.Roles[Id]].Value is { } given && given != id.Value && ItemId.TryParse(given, provider: null, out ItemId same) && same == id
            ? given
            : id.Value;

    private string? CategoryOf(DataRow row, KnownExport? export)
    {
        if (row.ValueOf(Category, _missing) is not { } category || category == export?.NoCategory)
            return null;
        string? separator = export?.SeparatorOf(row.Fields[row.Roles[Category]].Name);
        return ComposedText.Of(separator is null ? category
            : string.Join('|', category.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
    }

    /// <summary>A field's text; the elements of a list one after another.</summary>
    private static string? TextOf(DataRow row) =>
        row.Roles[Text] >= 0 && row.Fields[row.Roles[Text]].Elements is { } elements
            ? string.Join(' ', elements.Select(element => element.AsWritten)).Trim() is { Length: > 0 } joined ? joined : null
            : row.ValueOf(Text);

    private double? PriceOf(DataRow row, ItemId id)
    {
        if (row.ValueOf(Price, _missing) is not { } value)
            return null;
        double? price = row.Fields[row.Roles[Price]].Kind == AttributeKind.Number
            ? double.Parse(value, System.Globalization.CultureInfo.InvariantCulture)
            : Prices.Read(id, value);
        return price is { } finite && double.IsFinite(finite) ? finite : throw RowValues.Bad(row, Price, "price",
            "is not a finite number; write it like 12.99");
    }

    private bool? InStockOf(DataRow row) => row.ValueOf(InStock, _missing) is not { } value ? null
        : StockWords.Parse(value) ?? throw RowValues.Bad(row, InStock, "in_stock",
            "is neither true nor false nor a count, nor a word like 'in stock' or 'sold out'");

    private Dictionary<string, AttributeValue> AttributesOf(DataRow row, KnownExport? export)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        for (int i = 0; i < row.Fields.Count; i++)
        {
            DataField field = row.Fields[i];
            bool isNobodys = field.Name.Length == 0 || Array.IndexOf(row.Roles, i) >= 0;
            bool isEmpty = field.Elements is { } elements ? elements.Count == 0 : string.IsNullOrEmpty(field.Value);
            if (isEmpty || isNobodys && !field.IsAttribute || !field.IsAttribute && export?.HasOption(field.Name) == true)
                continue;
            if (!attributes.TryAdd(ComposedText.Of(field.Name), ValueOf(field, export)))
                throw new RowException(field.Column, $"the attribute '{PlainText.Brief(field.Name)}' comes twice", field.Name);
        }
        for (int i = 0; export is not null && i < export.Options.Length; i++)
            AddOption(attributes, row.ValueOf(export.Options[i].Name) ?? _optionNames.ElementAtOrDefault(i), row.ValueOf(export.Options[i].Value));
        return attributes;
    }

    private static AttributeValue ValueOf(DataField field, KnownExport? export)
    {
        if (field.Elements is { } elements)
            return AttributeValue.OfList(elements);
        string value = field.Value!;   // ! : fields without one are none
        if (export?.SeparatorOf(field.Name) is { } separator)
            return ListOf(value, separator);
        return field.Kind switch
        {
            null => AttributeValue.OfCell(value),
            AttributeKind.Number => AttributeValue.OfJsonNumber(value),
            AttributeKind.Boolean => value == "true",
            _ => value,
        };
    }

    /// <summary>"Size" and "S", or "S, M"; a product without options has one that is called Title.</summary>
    private static void AddOption(Dictionary<string, AttributeValue> attributes, string? name, string? value)
    {
        if (name is null || value is null || value == "Default Title")
            return;
        attributes[ComposedText.Of(name)] = value.Contains(',') ? ListOf(value, ",") : AttributeValue.OfCell(value);
    }

    private static AttributeValue ListOf(string text, string separator) => AttributeValue.OfList(
        text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(element => (AttributeValue)element));

    private static bool IsHidden(DataRow row, KnownExport export) => Array.Exists(export.Hidden,
        rule => row.ValueOf(rule.Column) is { } value && rule.Values.Contains(value, StringComparer.OrdinalIgnoreCase));
}
