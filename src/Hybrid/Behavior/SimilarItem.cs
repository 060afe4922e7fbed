using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>An item and the cosine of its behaviour vector with the query, in [−1, 1].</summary>
public readonly record struct SimilarItem(ItemId Item, float Score);
