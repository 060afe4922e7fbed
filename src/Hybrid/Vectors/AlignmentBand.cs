namespace Hybrid.Vectors;

/// <summary>Items of one band of popularity, as <see cref="AlignmentReport"/> judges all.</summary>
/// <param name="Name">"tail", "mid" or "head".</param>
/// <param name="Judged">Items.</param>
public sealed record AlignmentBand(string Name, int Judged, double Residual, double Agreement, double SharedAnyway);
