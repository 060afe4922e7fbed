using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Evaluating;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Evaluation;
using Hybrid.Upkeep.Migration;

namespace Hybrid.Cli.Commands;

internal static class MigrateReportCommand
{
    private sealed record Report(MigrationStatus Migration, MigrationComparison? Comparison);

    public static ExampleCommand Create()
    {
        var html = new Option<string?>("--html") { Description = "A page with plots, in one file that needs nothing beside it.", HelpName = "file" };
        html.Validators.Add(OptionValue.RequireName);
        Option<int> users = OptionValue.Option("--users", "The most users that both indexes are asked for.", new SplitOptions().Users, 1, int.MaxValue);
        Option<bool> json = SharedOptions.Json();
        return new ExampleCommand("report", "All that is known of the migration: where it stands, both indexes compared, live requests, what happened.",
            "migrate report --html migration.html",
            "migrate report --json > migration.json")
        { html, users, json }.Run(async (engine, parsed, cancellationToken) =>
        {
            MigrationStatus status = await engine.ReadMigrationAsync(cancellationToken: cancellationToken)
                ?? throw new MigrationException("No migration is under way: plan one.");
            bool isCompared = status.Stage is >= MigrationStage.Shadowing and < MigrationStage.Completed && engine.Records.EventCount > 0;
            MigrationComparison? found = !isCompared ? null : await Terminal.RunAsync("Asking both", parsed.GetValue(users), null,
                progress => engine.CompareMigrationAsync(status.Name, null, parsed.GetValue(users), progress, cancellationToken));
            // The comparison's verdict is a step of it.
            status = await engine.ReadMigrationAsync(status.Name, cancellationToken) ?? status;
            if (parsed.GetValue(html) is { } file)
                Write(file, status, found);
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new Report(status, found));
            else if (parsed.GetValue(html) is null)
                MigrateCommand.Write(status, json: false);
            return ExitCode.Done;
        });
    }

    private static void Write(string file, MigrationStatus status, MigrationComparison? found)
    {
        string led = status.New is null ? "nothing was begun" : $"from {status.Old} to {status.New}{(status.NewStore is { } store ? $" in {store}" : "")}";
        var page = new HtmlPage($"Migration {status.Name}",
            string.Create(CultureInfo.InvariantCulture, $"{status.Stage}{(status.IsPaused ? ", paused" : "")}, {led}; {status.Share:P0} of the traffic are "
                + $"answered by the new one. {status.Items:N0} items, of which {status.Pending:N0} changes are still to be taken."),
            Machine.Here().ToString());
        if (found is not null)
            WriteComparison(page, found);
        if (found?.Shadowed is { } live)
            WriteLive(page, live);
        if (status.Traffic is { } traffic)
            WriteTraffic(page, traffic);
        if (status.Interleaved is { } both)
            WriteInterleaved(page, both);
        page.Section("What happened", "Every step, with the figures that decided.", HtmlPage.Table(
            [["time", "stage", "share", "why"], .. status.Steps.Select(step => (string[])[step.Time.ToString("u", CultureInfo.InvariantCulture),
                step.Stage.ToString(), step.Share.ToString("P0", CultureInfo.InvariantCulture), step.Why])], isOfTexts: true));
        page.Write(file);
    }

    private static void WriteComparison(HtmlPage page, MigrationComparison found)
    {
        page.Section($"Verdict: {found.Verdict.ToString().ToUpperInvariant()}", string.Create(CultureInfo.InvariantCulture,
            $"{found.Queries:N0} users were asked for by both; about {found.QueriesNeeded:N0} are needed for a verdict as much as they differ. Allowed are a "
            + $"loss of {found.Thresholds.MaxLoss} NDCG@10, {found.Thresholds.MaxStratumLoss} in any part, and {found.Thresholds.MaxSlowdown} times the p95."),
            HtmlPage.Table(
            [
                ["", "old", "new"],
                ["NDCG@10", Number(found.Old.Value), Number(found.New.Value)],
                ["p50, ms", Number(found.OldP50), Number(found.NewP50)],
                ["p95, ms", Number(found.OldP95), Number(found.NewP95)],
                ["coverage@10", Number(found.OldCoverage), Number(found.NewCoverage)],
                ["share of cold items", Number(found.OldColdShare), Number(found.NewColdShare)],
                ["overlap@10", "", Number(found.OverlapAt10)],
                ["rank-biased overlap", "", Number(found.RankBiasedOverlap)],
                ["best score, higher by", "", Number(found.ScoreShift)],
                ["old against itself, NDCG@10", Number(found.NoiseFloor), ""],
            ]));
        page.Section("NDCG@10", "With 95 % intervals. How early what came next stands in the list: 1 would be first for everybody.",
            EvaluationPlots.WithIntervals([("old", found.Old), ("new", found.New)], "NDCG@10"));
        page.Section("How far the new one is ahead", "With 95 % intervals, query by query; by how many have what came next: cold nobody, tail up to 5, mid up "
            + "to 50, head more.", EvaluationPlots.WithIntervals(
            [("all", found.Ahead), .. found.Strata.Select(stratum => (FormattableString.Invariant($"{stratum.Name} ({stratum.Queries:N0})"), stratum.Ahead))],
            "NDCG@10, new less old"));
    }

    private static void WriteLive(HtmlPage page, ShadowReport live) => page.Section("Live requests, asked of both",
        "How alike both answer, not how good; by what was asked and how it is written. It decides nothing.", HtmlPage.Table(
        [
            ["", "asked", "overlap@10", "rank-biased overlap", "score shift", "old p95, ms", "new p95, ms"],
            .. live.Strata.Prepend(KeyValuePair.Create("all", live)).Select(stratum => (string[])[stratum.Key,
                stratum.Value.Requests.ToString("N0", CultureInfo.InvariantCulture), Number(stratum.Value.OverlapAt10), Number(stratum.Value.RankBiasedOverlap),
                Number(stratum.Value.ScoreShift), Number(stratum.Value.OldP95), Number(stratum.Value.NewP95)]),
        ]));

    private static void WriteTraffic(HtmlPage page, MigrationTraffic traffic) => page.Section("Who was shown what", string.Create(
        CultureInfo.InvariantCulture, $"Since the share is {traffic.Share:P0}: requests with an id, and those that an event answered. Users are divided as "
        + $"they are meant to be with p = {traffic.RatioP:F3}{(traffic.IsSkewed ? ": they are not, and the rates say nothing" : "")}. "
        + $"The interval holds whenever one looks."),
        HtmlPage.Table([["", "users", "requests", "answered", "rate"], Row("old", traffic.Old), Row("new", traffic.New),
            ["new ahead by", "", "", "", string.Create(CultureInfo.InvariantCulture,
                $"{traffic.Ahead.Value:+0.0000;-0.0000} [{traffic.Ahead.Low:+0.0000;-0.0000}, {traffic.Ahead.High:+0.0000;-0.0000}]")]]));

    private static void WriteInterleaved(HtmlPage page, InterleavedTraffic both) => page.Section("What users choose from lists of both", string.Create(
        CultureInfo.InvariantCulture, $"{both.Requests:N0} lists were shown. A user's first event on one counts for who put that item in: "
        + $"{(both.IsClear ? $"users prefer the {(both.PreferNew > both.PreferOld ? "new" : "old")} one" : "it is not clear yet which one users prefer")} "
        + $"(evidence {both.Evidence:F1}, of which 20 is enough, whenever one looks)."),
        HtmlPage.Table([["", "users"], ["old", both.PreferOld.ToString("N0", CultureInfo.InvariantCulture)],
            ["new", both.PreferNew.ToString("N0", CultureInfo.InvariantCulture)]]));

    private static string[] Row(string name, VariantTraffic traffic) => [name, traffic.Users.ToString("N0", CultureInfo.InvariantCulture),
        traffic.Requests.ToString("N0", CultureInfo.InvariantCulture), traffic.Answered.ToString("N0", CultureInfo.InvariantCulture), Number(traffic.Rate)];

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
