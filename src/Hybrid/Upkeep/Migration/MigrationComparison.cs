using Hybrid.Evaluation;

namespace Hybrid.Upkeep.Migration;

/// <summary>Both collections of a migration asked the same, by the histories of the log, and judged by what came next.</summary>
/// <remarks>A query is the history's vectors in each space, newer ones counting more; both are asked in random order, by one caller.</remarks>
public sealed record MigrationComparison
{
    public required string Name { get; init; }

    public required Verdict Verdict { get; init; }

    public required VerdictThresholds Thresholds { get; init; }

    /// <summary>Users asked, once each.</summary>
    public required int Queries { get; init; }

    /// <summary>How many an answer by these thresholds needs, as much as the differences vary here.</summary>
    public required long QueriesNeeded { get; init; }

    /// <summary>NDCG@10 of both.</summary>
    public required MetricValue Old { get; init; }

    public required MetricValue New { get; init; }

    /// <summary>How far the new one is ahead, query by query.</summary>
    public required MetricValue Ahead { get; init; }

    public required IReadOnlyList<StratumComparison> Strata { get; init; }

    /// <summary>The mean share of the first ten that both have.</summary>
    public required double OverlapAt10 { get; init; }

    /// <summary>The mean of <see cref="RankOverlap.Biased"/> at p = .9.</summary>
    public required double RankBiasedOverlap { get; init; }

    /// <summary>How much higher the new one's best score is, in the mean.</summary>
    public required double ScoreShift { get; init; }

    /// <summary>Milliseconds of half, and of 95 %, of the answers.</summary>
    public required double OldP50 { get; init; }

    public required double OldP95 { get; init; }

    public required double NewP50 { get; init; }

    public required double NewP95 { get; init; }

    /// <summary>The share of the catalogue that is in the first ten of anybody.</summary>
    public required double OldCoverage { get; init; }

    public required double NewCoverage { get; init; }

    /// <summary>The share of the places that items without an event in training have.</summary>
    public required double OldColdShare { get; init; }

    public required double NewColdShare { get; init; }

    /// <summary>NDCG@10 lost by the old one against itself, asked twice: how much is noise of the stores.</summary>
    public required double NoiseFloor { get; init; }

    /// <summary>How both answered live requests; null: none was asked of both. It decides nothing.</summary>
    public ShadowReport? Shadowed { get; init; }
}
