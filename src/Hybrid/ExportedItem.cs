using Hybrid.Catalog;

namespace Hybrid;

/// <summary>An item of the records with its text vector.</summary>
/// <param name="Vector">[d], unit length; null while the item is not indexed.</param>
public readonly record struct ExportedItem(Item Item, ReadOnlyMemory<float>? Vector);
