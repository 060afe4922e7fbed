using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Output;
using Hybrid.Evaluation;
using Hybrid.Upkeep.Migration;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class MigrateCompareCommand
{
    private sealed record Report(string Verdict, MigrationComparison Comparison);

    public static ExampleCommand Create()
    {
        var thresholds = new Option<string?>("--thresholds")
        {
            Description = """What is allowed: {"max_loss": 0.01, "max_stratum_loss": 0.02, "max_slowdown": 1.2, "least_queries": 30}, by default.""",
            HelpName = "file.json",
        };
        thresholds.Validators.Add(OptionValue.RequireName);
        var users = new Option<int>("--users")
        {
            Description = "The most users that are asked.",
            HelpName = "n",
            DefaultValueFactory = _ => new SplitOptions().Users,
            CustomParser = result => OptionValue.Whole(result, 1),
        };
        Option<bool> json = SharedOptions.Json();
        return new ExampleCommand("compare",
            "Ask both indexes what each user's last event would answer, and judge them by it. The verdict is the exit code: 0 promote, 10 hold (too slow), "
            + "11 roll back (worse), 12 inconclusive.",
            "migrate compare",
            "migrate compare --thresholds allowed.json --json > verdict.json")
        { thresholds, users, json }.Run(async (engine, parsed, cancellationToken) =>
        {
            VerdictThresholds allowed = parsed.GetValue(thresholds) is { } file ? VerdictThresholds.Read(file) : new VerdictThresholds();
            MigrationComparison found = await Terminal.RunAsync("Asking both", parsed.GetValue(users), null,
                progress => engine.CompareMigrationAsync(null, allowed, parsed.GetValue(users), progress, cancellationToken));
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new Report(found.Verdict.ToString().ToUpperInvariant(), found));
            else
                Write(found);
            return found.Verdict switch
            {
                Verdict.Promote => ExitCode.Done,
                Verdict.Hold => ExitCode.Hold,
                Verdict.Rollback => ExitCode.Rollback,
                _ => ExitCode.Inconclusive,
            };
        });
    }

    private static void Write(MigrationComparison found)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("", "old", "new", "new ahead by");
        foreach (int column in Enumerable.Range(1, 3))
            table.Columns[column].RightAligned();
        table.AddRow("NDCG@10", Number(found.Old.Value), Number(found.New.Value), Interval(found.Ahead));
        foreach (StratumComparison stratum in found.Strata)
            table.AddRow(FormattableString.Invariant($"  {stratum.Name} ({stratum.Queries:N0})"), "", "", Interval(stratum.Ahead));
        table.AddRow("p50, ms", Number(found.OldP50), Number(found.NewP50), "");
        table.AddRow("p95, ms", Number(found.OldP95), Number(found.NewP95), "");
        table.AddRow("coverage@10", Number(found.OldCoverage), Number(found.NewCoverage), "");
        table.AddRow("share of cold items", Number(found.OldColdShare), Number(found.NewColdShare), "");
        ResultTable.Write(table);
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Lists: overlap@10 {found.OverlapAt10:F3}, rank-biased overlap "
            + $"{found.RankBiasedOverlap:F3}, best scores {found.ScoreShift:+0.000;-0.000}; the old one against itself differs by {found.NoiseFloor:F4} "
            + $"NDCG@10."));
        if (found.Shadowed is { } live)
        {
            Table shadows = ResultTable.OfNumbers("live requests", "asked", "overlap@10", "rank-biased", "score shift", "old p95, ms", "new p95, ms");
            foreach ((string name, ShadowReport stratum) in live.Strata.Prepend(KeyValuePair.Create("all", live)))
            {
                shadows.AddRow(name, ResultTable.Number(stratum.Requests, "N0"), Number(stratum.OverlapAt10), Number(stratum.RankBiasedOverlap),
                    Number(stratum.ScoreShift), Number(stratum.OldP95), Number(stratum.NewP95));
            }
            ResultTable.Write(shadows);
        }
        string needed = found.Verdict == Verdict.Inconclusive
            ? string.Create(CultureInfo.InvariantCulture, $": {found.Queries:N0} queries, and about {found.QueriesNeeded:N0} are needed") : "";
        Console.Out.WriteLine($"{found.Verdict.ToString().ToUpperInvariant()}{needed}.");
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Interval(MetricValue value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value.Value:+0.0000;-0.0000} [{value.Low:+0.0000;-0.0000}, {value.High:+0.0000;-0.0000}]");
}
