using System.CommandLine;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Cli.Commands;

internal static class MigrateReconcileCommand
{
    /// <summary>Ids that a line shows.</summary>
    private const int MostShown = 10;

    private sealed record Report(string Collection, long Rows, long Differences, int DifferingBuckets, long InFlight, IReadOnlyList<string> Missing,
        IReadOnlyList<string> Extra, IReadOnlyList<string> Stale, IReadOnlyList<string> Changed, IReadOnlyList<string> Doubled, bool Repaired);

    public static ExampleCommand Create()
    {
        var repair = new Option<bool>("--repair") { Description = "Make the rows that differ anew." };
        Option<bool> json = SharedOptions.Json();
        return new ExampleCommand("reconcile",
            "Compare every row of the new index with what was written into it and with the items. Ends with 1 where rows differ and are not repaired.",
            "migrate reconcile",
            "migrate reconcile --repair --json")
        { repair, json }.Run(async (engine, parsed, cancellationToken) =>
        {
            bool repairs = parsed.GetValue(repair);
            ReconcileReport found = await Terminal.RunAsync("Comparing", 0, null,
                _ => engine.ReconcileMigrationAsync(null, repairs, cancellationToken));
            bool isRepaired = repairs && found.Differences > 0;
            if (parsed.GetValue(json))
            {
                JsonOutput.WriteLine(new Report(found.Collection, found.Rows, found.Differences, found.DifferingBuckets, found.InFlight, Ids(found.Missing),
                    Ids(found.Extra), Ids(found.Stale), Ids(found.Changed), Ids(found.Doubled), isRepaired));
            }
            else
            {
                Console.Out.WriteLine($"{found.Rows:N0} rows of {found.Collection}: {found.Differences:N0} differences"
                    + $"{(isRepaired ? ", made anew" : "")}; {found.InFlight:N0} items are still to be taken and were not judged.");
                Write("missing", found.Missing);
                Write("extra", found.Extra);
                Write("stale", found.Stale);
                Write("changed", found.Changed);
                Write("doubled", found.Doubled);
            }
            return found.Differences == 0 || isRepaired ? ExitCode.Done : ExitCode.Failed;
        });
    }

    private static string[] Ids(IReadOnlyList<ItemId> items) => [.. items.Select(item => item.Value)];

    private static void Write(string what, IReadOnlyList<ItemId> items)
    {
        string more = items.Count > MostShown ? $" and {items.Count - MostShown:N0} more" : "";
        if (items.Count > 0)
            Console.Out.WriteLine(PlainText.Of($"  {what}: {string.Join(", ", items.Take(MostShown))}{more}"));
    }
}
