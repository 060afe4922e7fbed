using Hybrid.Catalog;

namespace Hybrid.Recommending;

/// <summary>An item was asked for that the catalogue does not know.</summary>
public sealed class UnknownItemException(ItemId item)
    : Exception($"The catalogue does not know the item '{item}': check the id, or import the items that have it.")
{
    public ItemId Item { get; } = item;
}
