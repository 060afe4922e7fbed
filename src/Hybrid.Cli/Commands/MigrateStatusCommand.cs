using Hybrid.Upkeep.Migration;

namespace Hybrid.Cli.Commands;

internal static class MigrateStatusCommand
{
    public static ExampleCommand Create() => new ExampleCommand("status",
        "How the migration stands, and all that happened to it, with the figures that decided.", "migrate status", "migrate status --json")
        .With(async (engine, _, cancellationToken) => await engine.ReadMigrationAsync(cancellationToken: cancellationToken)
            ?? throw new MigrationException("No migration is under way: plan one."));
}
