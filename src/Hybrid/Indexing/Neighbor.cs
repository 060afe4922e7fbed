using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>An item and its cosine with the query, in [−1, 1].</summary>
public readonly record struct Neighbor(ItemId Item, float Score);
