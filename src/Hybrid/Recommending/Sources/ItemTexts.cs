namespace Hybrid.Recommending.Sources;

/// <summary>The items' text vectors.</summary>
/// <param name="Vectors">[items × dimension], row-major, a unit vector for each of the log's items in their order; one of zeros where it has no text.</param>
public sealed record ItemTexts(ReadOnlyMemory<float> Vectors, int Dimension);
