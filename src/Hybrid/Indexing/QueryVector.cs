using Hybrid.Vectors;

namespace Hybrid.Indexing;

/// <summary>What a search starts from: a unit vector, and the space that it is in.</summary>
/// <param name="Vector">[d], unit length.</param>
/// <param name="Space">A collection of another space refuses it.</param>
public readonly record struct QueryVector(ReadOnlyMemory<float> Vector, VectorSpace Space);
