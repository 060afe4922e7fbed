using System.CommandLine;
using Hybrid.Cli.Output;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Cli.Commands;

internal static class MigrateNextCommand
{
    public static ExampleCommand Create()
    {
        var force = new Option<bool>("--force")
        {
            Description = "Go on without a verdict, have the next alpha now and unjudged, or end holding early.",
        };
        var resume = new Option<bool>("--resume") { Description = "End a pause first." };
        var thresholds = new Option<string?>("--thresholds")
        {
            Description = "A file of what is allowed to the next alpha of a schedule, as `migrate compare` takes it.",
            HelpName = "file",
        };
        thresholds.Validators.Add(OptionValue.RequireName);
        return new ExampleCommand("next",
            "Do what the stage asks for, and go on to the next: backfill, verify, 1 %, 10 %, 25 %, 50 %, 100 % of the traffic, hold, the next alpha of a "
            + "schedule when its time has come, complete.",
            "migrate next",
            "migrate next --resume --json")
        { force, resume, thresholds }.With(async (engine, parsed, cancellationToken) =>
        {
            MigrationStatus? before = await engine.ReadMigrationAsync(cancellationToken: cancellationToken);
            VerdictThresholds? allowed = parsed.GetValue(thresholds) is { } file ? VerdictThresholds.Read(file) : null;
            return await Terminal.RunAsync($"{before?.Stage}", before?.Stage <= MigrationStage.Backfilling ? before.Pending : 0,
                "What was taken is kept; the same command goes on from there.", progress =>
                    engine.NextMigrationAsync(null, parsed.GetValue(force), parsed.GetValue(resume), progress, allowed, cancellationToken));
        });
    }
}
