using Hybrid.Indexing;

namespace Hybrid;

/// <summary>The items' collection, or why there is none to search.</summary>
/// <param name="Collection">Null where nothing is indexed, or nothing that this engine can search.</param>
/// <param name="IsIndexed">Whether there is a collection at all.</param>
/// <param name="Refusal">Makes the exception of a request that needs it; null beside a collection.</param>
internal sealed record IndexedItems(IVectorCollection? Collection, bool IsIndexed, Func<Exception>? Refusal);
