using Hybrid.Vectors;

namespace Hybrid.Behavior;

/// <summary>What became of a model that learned on.</summary>
/// <param name="From">The space before.</param>
/// <param name="NewItems">Items that have a vector only since.</param>
/// <param name="MedianCosine">Over the items that had one before: of the vector now with the one before. 1 where they were held.</param>
/// <param name="Overlap">Of the ten neighbours that an item had among them before, the share that it still has among them: a mean over at most 200
/// items.</param>
public sealed record ContinuedReport(VectorSpace From, int NewItems, double MedianCosine, double Overlap);
