using Hybrid.Records;

namespace Hybrid.Upkeep.Migration;

/// <summary>How both sides of a migration answered live requests: how alike, not how good. The newest 100,000 count.</summary>
public sealed record ShadowReport
{
    /// <summary>How many requests both sides were asked.</summary>
    public required int Requests { get; init; }

    /// <summary>The mean share of the first ten that both have.</summary>
    public required double OverlapAt10 { get; init; }

    /// <summary>The mean of <see cref="RankOverlap.Tied"/> at p = .9.</summary>
    public required double RankBiasedOverlap { get; init; }

    /// <summary>How much higher the new one's best score is, in the mean.</summary>
    public required double ScoreShift { get; init; }

    /// <summary>Milliseconds of half, and of 95 %, of the answers of the old side.</summary>
    public required double OldP50 { get; init; }

    public required double OldP95 { get; init; }

    /// <summary>Likewise of the new one.</summary>
    public required double NewP50 { get; init; }

    public required double NewP95 { get; init; }

    /// <summary>By what the request was: "search latin", "search han", "recommend item"; and by how many users the old one's best item has: "cold" none,
    /// "tail" 1–5, "mid" 6–50, "head" more.</summary>
    public IReadOnlyDictionary<string, ShadowReport> Strata { get; init; } = new Dictionary<string, ShadowReport>();

    /// <returns>Null of none.</returns>
    internal static ShadowReport? Of(IReadOnlyList<ShadowRow> rows) => rows.Count == 0 ? null : Whole(rows) with
    {
        Strata = rows.GroupBy(row => row.Stratum).OrderBy(stratum => stratum.Key, StringComparer.Ordinal)
            .Concat(rows.Where(row => row.Popularity is not null).GroupBy(row => row.Popularity!)   // ! : just seen
                .OrderBy(stratum => Array.FindIndex(PopularityBand.All, band => band.Name == stratum.Key)))
            .ToDictionary(stratum => stratum.Key, stratum => Whole([.. stratum])),
    };

    private static ShadowReport Whole(IReadOnlyList<ShadowRow> rows)
    {
        double[] old = [.. rows.Select(row => row.OldMilliseconds).Order()], made = [.. rows.Select(row => row.NewMilliseconds).Order()];
        return new ShadowReport
        {
            Requests = rows.Count,
            OverlapAt10 = rows.Average(row => row.Overlap),
            RankBiasedOverlap = rows.Average(row => row.RankOverlap),
            ScoreShift = rows.Average(row => row.ScoreShift) ?? 0,
            OldP50 = At(old, 0.5),
            OldP95 = At(old, 0.95),
            NewP50 = At(made, 0.5),
            NewP95 = At(made, 0.95),
        };
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
