namespace Hybrid.Vectors;

/// <summary>How well a map leads one space into another, judged on pairs that it was not fitted on (five-fold cross-validation).</summary>
/// <param name="Kind">What was fitted; where it was chosen, the choice.</param>
/// <param name="Shared">Pairs that both spaces have.</param>
/// <param name="Judged">Of these, how many were judged: at most 2,000, spread evenly.</param>
/// <param name="Residual">Σ w‖y − mapped‖² / Σ w‖y − mean‖²: 0 is exact, 1 no better than the mean of the target, and it may be above. Information, not a
/// gate: a map with a poor residual can still order items well.</param>
/// <param name="Agreement">Of the ten nearest to a mapped vector (by centred cosine among the target's vectors), the share that is among the ten nearest to
/// the true one.</param>
/// <param name="SharedAnyway">Likewise of the ten nearest in the source: what the two spaces agree on without any map.</param>
/// <param name="Chance">Likewise of any ten.</param>
/// <param name="Penalty">Of a ridge or low-rank map: the L2 penalty, in parts of the mean variance of a source dimension; null otherwise.</param>
/// <param name="Rank">Of a low-rank map; null otherwise.</param>
/// <param name="Bands">By how often an item occurred: tail (1–5), mid (6–50), head (more); empty where that is not known.</param>
public sealed record AlignmentReport(SpaceMapKind Kind, int Shared, int Judged, double Residual, double Agreement, double SharedAnyway, double Chance,
    double? Penalty, int? Rank, IReadOnlyList<AlignmentBand> Bands);
