using System.CommandLine;
using Hybrid.Api.Reading;
using Hybrid.Catalog;
using Hybrid.Cli.Bench;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Recommending.Sources;
using Spectre.Console;
using static Hybrid.Cli.Output.ResultTable;

namespace Hybrid.Cli.Commands;

internal static class BenchSourcesCommand
{
    private sealed record Report(Machine Machine, int Items, int Users, IReadOnlyList<SourcesBench.Line> Lines);

    public static Command Create()
    {
        Option<int> items = OptionValue.Option("--items", "How many items there are.", 100_000, 100, 100_000_000);
        Option<int> users = OptionValue.Option(
            "--users", "How many users there are at the last size; fewer at the others, in proportion.", 1_000_000, 100, 100_000_000);
        var events = new Option<int[]>("--events")
        {
            Description = "How many events; with several sizes it is seen how the cost grows.",
            HelpName = "n",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [1_000_000, 10_000_000],
            CustomParser = result => OptionValue.Wholes(result, 1_000, 100_000_000),
        };
        var sources = new Option<string?>("--sources")
        {
            Description = $"Which sources, commas between: {string.Join(", ", SavedSources.Names)}. Default: all that such a log allows.",
            HelpName = "a,b",
        };
        var knobs = new Option<string?>("--knobs") { Description = "How the sources are fitted: a file as `hybrid tune` writes it.", HelpName = "file.json" };
        knobs.Validators.Add(OptionValue.RequireName);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("sources", "Measure what fitting a source of recommendations takes, and an answer of it, on synthetic logs.",
            "bench sources",
            "bench sources --items 100000 --users 1000000 --events 1000000 10000000 --sources item-knn,sequential-rules",
            "bench sources --items 10000 --events 100000 --users 10000")
        { items, users, events, sources, knobs, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[] names = parsed.GetValue(sources) is { } given
                ? IdListConverter.Split(given) : [.. SavedSources.Names.Where(name => name != "popularity-category")];
            if (names.FirstOrDefault(name => !SavedSources.Names.Contains(name)) is { } wrong)
                throw new UsageException($"--sources takes some of {string.Join(", ", SavedSources.Names)}, not '{PlainText.Brief(wrong)}'.");
            var bench = new SourcesBench(parsed.GetValue(items), parsed.GetValue(users), names,
                parsed.GetValue(knobs) is { } file ? KnobFile.Read(file) : new SourceKnobs(), cancellationToken);
            IReadOnlyList<SourcesBench.Line> lines = await bench.RunAsync(parsed.GetValue(events)!);   // ! : it has a default
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new Report(Machine.Here(), parsed.GetValue(items), parsed.GetValue(users), lines));
            else
                Write(lines);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(IReadOnlyList<SourcesBench.Line> lines)
    {
        Console.Out.WriteLine(Machine.Here());
        Table table = OfNumbers("source", "events", "fit s", "MB", "peak MB", "p50 ms", "p99 ms");
        foreach (SourcesBench.Line line in lines)
        {
            table.AddRow(line.Source, Number(line.Events, "N0"), Number(line.FitSeconds, "F1"), Number(line.Megabytes, "N0"),
                Number(line.PeakMegabytes, "N0"), Number(line.P50, "F2"), Number(line.P99, "F2"));
        }
        ResultTable.Write(table);
    }
}
