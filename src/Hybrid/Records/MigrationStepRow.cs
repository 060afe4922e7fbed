namespace Hybrid.Records;

/// <summary>What happened to a migration: rows that are only ever added.</summary>
/// <param name="Why">Who decided it, and the figures that did.</param>
internal sealed record MigrationStepRow(DateTimeOffset Time, string Stage, int Share, string Why);
