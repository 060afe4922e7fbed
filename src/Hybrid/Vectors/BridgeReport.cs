namespace Hybrid.Vectors;

/// <summary>How well queries of a new encoder find in the old encoder's vectors what they would find in their own.</summary>
/// <param name="Pairs">Texts that both encoders have a vector of.</param>
/// <param name="HeldOut">Of these, pairs that no candidate was fitted on (a fifth): among them neighbours are looked for.</param>
/// <param name="Recall">Recall@10: a held-out text's vector by the new encoder, led over, asks the old encoder's vectors of the other held-out texts; of
/// the ten nearest
/// there the share that is among the ten nearest by the new encoder's vectors alone. The mean of at most 2,000 texts; 1 is what the new encoder itself
/// finds.</param>
/// <param name="Candidates">What was to choose from, with their recalls; the choice is better by that than it would be on others, by a little.</param>
public sealed record BridgeReport(SpaceMapKind Kind, int Pairs, int HeldOut, double Recall, IReadOnlyList<BridgeCandidate> Candidates);
