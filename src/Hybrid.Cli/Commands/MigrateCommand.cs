namespace Hybrid.Cli.Commands;

/// <summary>Moving from the vectors that a shop has to others: a command for each step.</summary>
internal static class MigrateCommand
{
    public static ExampleCommand Create() => new("migrate",
        "Move from old vectors to new ones: look at what there is, build the new beside the old, compare, lead readers over in steps, and back.",
        "migrate inspect vectors.bin --fail-on not-finite,duplicates")
    {
        MigrateInspectCommand.Create(),
    };
}
