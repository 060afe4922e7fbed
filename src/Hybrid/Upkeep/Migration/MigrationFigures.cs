namespace Hybrid.Upkeep.Migration;

/// <summary>What is measured of a migration under way.</summary>
/// <param name="OldLag">Changes that the old collection has still to take.</param>
/// <param name="NewLag">Likewise the new one.</param>
/// <param name="Share">Of the traffic that the new one answers, 0 … 1.</param>
/// <param name="Divergence">Rows that differed when all were compared last; null: they never were.</param>
internal sealed record MigrationFigures(string Name, long OldLag, long NewLag, double Share, long? Divergence);
