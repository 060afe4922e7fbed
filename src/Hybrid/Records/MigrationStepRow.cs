namespace Hybrid.Records;

/// <summary>What happened to a migration: rows that are only ever added.</summary>
/// <param name="Why">Who decided it, and the figures that did.</param>
/// <param name="Differing">Rows that differed, where all were compared; else null.</param>
/// <param name="Verdict">What a comparison of both collections came to, where that was made; else null.</param>
internal sealed record MigrationStepRow(DateTimeOffset Time, string Stage, int Share, string Why, long? Differing = null, string? Verdict = null);
