using Hybrid.Catalog;
using Hybrid.Indexing.Filters;

namespace Hybrid.Indexing;

/// <summary>Which items are of one group: those with an equal value of a field or an attribute. An item without the value is a group of its own.</summary>
/// <param name="name">id, category, brand, price, in_stock; anything else is an attribute's name.</param>
internal sealed class Grouping(string name)
{
    private readonly FilterField _field = FilterField.Named(name);

    /// <summary>The attribute that it goes by; null where that is a field.</summary>
    public string? Attribute => _field.Kind is null ? _field.Name : null;

    public Group Of(Item item) => _field.Of(item) is not { } value ? new(default, 0, null, item.Id)
        : value.Kind == AttributeKind.Number ? new(AttributeKind.Number, value.Number, null, default)
        : new(value.Kind, 0, ComposedText.Of(value.AsWritten), default);

    /// <summary>What matches the items of all other groups than this item's.</summary>
    public FilterNode Exclude(Item item) => _field.Of(item) is { } value
        ? new NotNode(new ComparisonNode(_field, "==", value.Kind == AttributeKind.List ? value.AsWritten : value))
        : new NotInIdsNode(new HashSet<ItemId> { item.Id });

    /// <param name="Item">Of a group of its own.</param>
    internal readonly record struct Group(AttributeKind Kind, double Number, string? Text, ItemId Item);
}
