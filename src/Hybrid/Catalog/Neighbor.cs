namespace Hybrid.Catalog;

/// <summary>An item and its cosine with a query, in [−1, 1].</summary>
public readonly record struct Neighbor(ItemId Item, float Score);
