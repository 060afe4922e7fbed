using Hybrid.Catalog;

namespace Hybrid.Indexing;

/// <summary>A row of a collection.</summary>
/// <param name="Fields">The item's id and what filters read; title and text are the catalogue's.</param>
/// <param name="Vector">[d], as it was written.</param>
public readonly record struct StoredItem(Item Fields, ReadOnlyMemory<float> Vector);
