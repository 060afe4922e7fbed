using System.CommandLine;

namespace Hybrid.Cli.Commands;

internal static class MigrateFinishCommand
{
    public static ExampleCommand Create()
    {
        var drop = new Option<bool>("--drop-old") { Description = "Drop the old index: after that there is no way back." };
        var force = new Option<bool>("--force") { Description = "Do not wait until it was held as long as planned." };
        return new ExampleCommand("finish", "Put the new index in the old one's place for good.", "migrate finish --drop-old")
        { drop, force }.With(async (engine, parsed, cancellationToken) =>
            await engine.FinishMigrationAsync(null, parsed.GetValue(drop), parsed.GetValue(force), cancellationToken));
    }
}
