namespace Hybrid.Cli.Commands;

internal static class MigratePauseCommand
{
    public static ExampleCommand Create() => new ExampleCommand("pause",
        "Have a backfill end after its batch, and nothing go on, until `next --resume`. Both indexes are written on.", "migrate pause")
        .With(async (engine, _, cancellationToken) => await engine.PauseMigrationAsync(null, cancellationToken));
}
