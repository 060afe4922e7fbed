namespace Hybrid.Vectors;

/// <summary>Two spaces cannot be aligned: they share too little.</summary>
/// <param name="report">What was measured; null where there were too few pairs to.</param>
public sealed class AlignmentException(string message, AlignmentReport? report = null) : Exception(message)
{
    public AlignmentReport? Report { get; } = report;
}
