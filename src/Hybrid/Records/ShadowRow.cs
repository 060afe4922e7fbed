namespace Hybrid.Records;

/// <summary>What both sides of a migration answered to one live request; nothing of who asked or what.</summary>
/// <param name="Stratum">By what the request was: "search han", "recommend item".</param>
/// <param name="Overlap">Of the first ten, 0 … 1.</param>
/// <param name="RankOverlap">Rank-biased overlap at p = .9, 0 … 1.</param>
/// <param name="ScoreShift">How much higher the new one's best score is; null where one side found nothing.</param>
/// <param name="Popularity">Of the old one's best item, by its users: cold, tail, mid or head; null where it found nothing.</param>
/// <param name="OldMilliseconds">How long the old side took.</param>
/// <param name="NewMilliseconds">Likewise the new one.</param>
internal sealed record ShadowRow(string Migration, DateTimeOffset Time, string Stratum, double Overlap, double RankOverlap, double? ScoreShift,
    double OldMilliseconds, double NewMilliseconds, string? Popularity = null);
