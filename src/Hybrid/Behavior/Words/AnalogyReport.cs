namespace Hybrid.Behavior.Words;

/// <summary>How many analogy questions were answered rightly.</summary>
/// <param name="Sections">In the order of the questions.</param>
public sealed record AnalogyReport(IReadOnlyList<AnalogyScore> Sections)
{
    /// <summary>All sections together.</summary>
    public AnalogyScore Total => new("total", Sections.Sum(section => section.Correct), Sections.Sum(section => section.Incorrect),
        Sections.Sum(section => section.Unknown));
}
