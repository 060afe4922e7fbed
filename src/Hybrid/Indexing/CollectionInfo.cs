using Hybrid.Vectors;

namespace Hybrid.Indexing;

/// <summary>What a store knows about one of its collections.</summary>
/// <param name="Name">With its version, "products@3".</param>
/// <param name="Space">The space of its vectors.</param>
/// <param name="Count">Items in it.</param>
/// <param name="Aliases">The aliases that lead to it, in ordinal order.</param>
public sealed record CollectionInfo(string Name, VectorSpace Space, long Count, IReadOnlyList<string> Aliases);
