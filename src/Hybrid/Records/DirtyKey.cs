using Hybrid.Catalog;

namespace Hybrid.Records;

/// <summary>An item that a target of the change log has not taken yet.</summary>
/// <param name="Sequence">Of the change: that of the item's row, or of its removal.</param>
internal readonly record struct DirtyKey(ItemId Item, long Sequence);
