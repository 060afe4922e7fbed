namespace Hybrid.Encoding.Adapting;

/// <summary>What came out of a training.</summary>
/// <param name="Matrix">[d × d], row-major: of the pass that was best on the held-out sessions; the identity where none was better than no adapter.</param>
/// <param name="BestPass">Which one, from 1; 0: none.</param>
/// <param name="Passes">Passes that were made.</param>
internal sealed record FittedAdapter(float[] Matrix, int BestPass, int Passes);
