namespace Hybrid.Vectors;

/// <summary>A map that a bridge might be.</summary>
/// <param name="Penalty">Of a ridge or low-rank map: the L2 penalty, in parts of the mean variance of a dimension; null otherwise.</param>
/// <param name="Rank">Of a low-rank map; null otherwise.</param>
/// <param name="Recall">As <see cref="BridgeReport.Recall"/>.</param>
public sealed record BridgeCandidate(SpaceMapKind Kind, double? Penalty, int? Rank, double Recall);
