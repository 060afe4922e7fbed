using Hybrid.Vectors;

namespace Hybrid.Behavior;

/// <summary>How a model was turned to lie as an earlier one does.</summary>
/// <param name="Like">The earlier model's space.</param>
/// <param name="MedianCosine">Over the items that both have: of the turned vector with the earlier one.</param>
/// <param name="Alignment">The rotation, judged on items that it was not fitted on.</param>
public sealed record LikenessReport(VectorSpace Like, double MedianCosine, AlignmentReport Alignment);
