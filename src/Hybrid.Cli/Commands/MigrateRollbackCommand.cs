using System.CommandLine;

namespace Hybrid.Cli.Commands;

internal static class MigrateRollbackCommand
{
    public static ExampleCommand Create()
    {
        var drop = new Option<bool>("--drop-new") { Description = "Drop the new index." };
        return new ExampleCommand("rollback", "Lead all traffic back to the old index, which takes first what it lacks.", "migrate rollback --drop-new")
        { drop }.With(async (engine, parsed, cancellationToken) => await engine.RollBackMigrationAsync(null, parsed.GetValue(drop), cancellationToken));
    }
}
