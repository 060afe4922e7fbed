using Hybrid.Catalog;

namespace Hybrid;

/// <summary>An item that a search found.</summary>
/// <param name="Item">As the records have it now.</param>
/// <param name="Score">Cosine with the query, in [−1, 1].</param>
public readonly record struct SearchResult(Item Item, float Score);
