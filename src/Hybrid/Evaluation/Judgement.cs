namespace Hybrid.Evaluation;

/// <summary>How good a system's lists were, and what was odd about them.</summary>
public sealed record Judgement
{
    /// <summary>Queries, those without an answer too.</summary>
    public required int Users { get; init; }

    /// <summary>By name, "HR@10", in the order of tables.</summary>
    public required IReadOnlyDictionary<string, MetricValue> Metrics { get; init; }

    /// <summary>The same over queries whose first target has so many events in training: "cold" 0, "tail" 1–5, "mid" 6–50, "head" more.</summary>
    public required IReadOnlyDictionary<string, JudgedGroup> ByPopularity { get; init; }

    /// <summary>Likewise by the length of the history: "1-4", "5-19", "20-99", "100+".</summary>
    public required IReadOnlyDictionary<string, JudgedGroup> ByHistory { get; init; }

    /// <summary>Queries without an answer: they count 0 everywhere.</summary>
    public required int Missing { get; init; }

    /// <summary>Answers with fewer items than the longest of <see cref="JudgeOptions.Lengths"/>, after striking.</summary>
    public required int Short { get; init; }

    /// <summary>Items that were struck from lists: of the history.</summary>
    public required int StruckSeen { get; init; }

    /// <summary>Struck: a second time in one list.</summary>
    public required int StruckDuplicates { get; init; }

    /// <summary>Struck: not in the catalogue.</summary>
    public required int StruckUnknown { get; init; }

    /// <summary>Struck: not new, where only new items are ranked.</summary>
    public int StruckKnown { get; init; }

    /// <summary>An item of <see cref="StruckUnknown"/> and the user to whom it was recommended; null where there was none.</summary>
    public string? FirstUnknown { get; init; }

    /// <summary>Answers for users who were not asked; they are not judged.</summary>
    public required int NotAsked { get; init; }

    /// <summary>[queries] by name: what each query scored, in the order of the split.</summary>
    internal IReadOnlyDictionary<string, double[]> ByQuery { get; init; } = new Dictionary<string, double[]>();

    /// <summary>What a person should know before believing the numbers; empty where nothing was odd.</summary>
    public IReadOnlyList<string> Warnings => [.. Warn()];

    private IEnumerable<string> Warn()
    {
        if (Missing > 0)
            yield return FormattableString.Invariant($"{Missing:N0} of {Users:N0} users have no answer and count 0.");
        if (Short > 0)
            yield return FormattableString.Invariant($"{Short:N0} lists are shorter than they are looked at: what they lack counts as missed.");
        if (StruckUnknown > 0)
            yield return FormattableString.Invariant($"{StruckUnknown:N0} items are not in the catalogue and were struck, such as {FirstUnknown}.");
        if (StruckKnown > 0)
            yield return FormattableString.Invariant($"{StruckKnown:N0} items are not among the new ones, which alone are ranked, and were struck.");
        if (StruckDuplicates > 0)
            yield return FormattableString.Invariant($"{StruckDuplicates:N0} items stood in a list before and were struck.");
        if (StruckSeen > 0)
            yield return FormattableString.Invariant($"{StruckSeen:N0} items are of the user's history and were struck.");
        if (NotAsked > 0)
            yield return FormattableString.Invariant($"{NotAsked:N0} answers are for users who were not asked, and were not judged.");
    }
}
