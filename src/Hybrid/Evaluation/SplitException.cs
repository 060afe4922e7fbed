namespace Hybrid.Evaluation;

/// <summary>A split leaves nobody to ask, or nothing to learn from; the message says what of it.</summary>
public sealed class SplitException(string message) : Exception(message);
