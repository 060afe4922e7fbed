namespace Hybrid.Upkeep.Migration;

/// <summary>What happened to a migration.</summary>
/// <param name="Time">When.</param>
/// <param name="Stage">Where it came to.</param>
/// <param name="Share">The share of the traffic that the new collection answers from then on, 0 … 1.</param>
/// <param name="Why">What was done, and the figures that decided.</param>
public sealed record MigrationStep(DateTimeOffset Time, MigrationStage Stage, double Share, string Why);
