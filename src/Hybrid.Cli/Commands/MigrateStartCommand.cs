using Hybrid.Cli.Output;

namespace Hybrid.Cli.Commands;

internal static class MigrateStartCommand
{
    public static ExampleCommand Create() => new ExampleCommand("start",
        "Make the new index, empty; from here on every change is written into both.", "migrate start")
        .With(async (engine, parsed, cancellationToken) => await Terminal.RunAsync("Starting", 0, "The same command goes on from there.",
            progress => engine.StartMigrationAsync(null, progress, cancellationToken)));
}
