namespace Hybrid.Behavior.Words;

/// <summary>How a section of analogy questions was answered.</summary>
/// <param name="Correct">Questions whose best answer was the right one.</param>
/// <param name="Incorrect">The others that are counted.</param>
/// <param name="Unknown">Questions with a word that has no vector; among the incorrect ones only with <see cref="AnalogyOptions.CountUnknown"/>.</param>
public sealed record AnalogyScore(string Section, int Correct, int Incorrect, int Unknown)
{
    /// <summary>Correct of those that are counted, 0 … 1; null where none is.</summary>
    public double? Accuracy => Correct + Incorrect > 0 ? (double)Correct / (Correct + Incorrect) : null;
}
