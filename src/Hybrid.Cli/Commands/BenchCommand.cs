using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Bench;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class BenchCommand
{
    private sealed record Report(Machine Machine, IReadOnlyList<Measurement> Measurements);

    public static Command Create()
    {
        var items = new Option<int[]>("--items")
        {
            Description = "Sizes of the collections to search.",
            HelpName = "n",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [10_000, 100_000],
            CustomParser = result => OptionValue.Wholes(result, 1_000, 2_000_000),
        };
        Option<int> rounds = Rounds();
        Option<string?> model = SharedOptions.Model(ModelFolder.DefaultName);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("bench", "Measure encoding, training, search and recommending on this machine, on synthetic data.",
            "bench",
            "bench --items 10000 --rounds 1")
        {
            items, rounds, model, json, CreateImport(), CreateEvents(), BenchServeCommand.Create(), BenchEncodeCommand.Create(),
            BenchEncodeCommand.CreateRun(), BenchSourcesCommand.Create(),
            CreateMigrate(),
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var suite = new BenchSuite(parsed.GetValue(model), parsed.GetValue(rounds), cancellationToken);
            IReadOnlyList<Measurement> measurements = await suite.RunAsync(parsed.GetValue(items)!);   // ! : it has a default
            Write(measurements, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static ExampleCommand CreateImport()
    {
        var items = new Option<int>("--items")
        {
            Description = "Rows of items.",
            HelpName = "n",
            DefaultValueFactory = _ => 1_000_000,
            CustomParser = result => OptionValue.Whole(result, 1, 10_000_000),
        };
        var events = new Option<int>("--events")
        {
            Description = "Rows of events.",
            HelpName = "n",
            DefaultValueFactory = _ => 5_000_000,
            CustomParser = result => OptionValue.Whole(result, 1, 100_000_000),
        };
        Option<int> rounds = Rounds();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("import", "Measure the import of CSV files that are generated for it, in a temporary folder.",
            "bench import",
            "bench import --items 100000 --events 500000 --rounds 1")
        { items, events, rounds, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var bench = new ImportBench(parsed.GetValue(items), parsed.GetValue(events), parsed.GetValue(rounds), cancellationToken);
            Write(await Task.Run(bench.Run, cancellationToken), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static ExampleCommand CreateEvents()
    {
        Option<int> rounds = Rounds();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("events", "Measure how many events are taken a second, and what it costs to know of them, in a temporary folder.",
            "bench events")
        { rounds, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var bench = new EventBench(parsed.GetValue(rounds), cancellationToken);
            Write(await Task.Run(bench.RunAsync, cancellationToken), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static ExampleCommand CreateMigrate()
    {
        Option<int> rows = OptionValue.Option("--rows", "Rows with ready vectors, to compare and to fill a server with.", 100_000, 1_000, 10_000_000);
        Option<int> texts = OptionValue.Option("--texts", "Items whose texts are encoded.", 4_000, 100, 1_000_000);
        var target = new Option<string?>("--to-store") { Description = "A server to fill: milvus://host[:port][/db]; without, none is.", HelpName = "store" };
        target.Validators.Add(OptionValue.RequireName);
        Option<int> rounds = Rounds();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("migrate",
            "Measure what a migration costs: filling beside plain indexing, writing two collections, what those who ask feel of it, comparing every row. "
            + "In temporary folders.",
            "bench migrate",
            "bench migrate --rows 1000000 --rounds 1",
            "bench migrate --to-store milvus://localhost:19530")
        { rows, texts, target, rounds, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var bench = new MigrateBench(parsed.GetValue(rows), parsed.GetValue(texts), parsed.GetValue(target),
                setting => StoreOption.Read(setting, target.Name), parsed.GetValue(rounds), cancellationToken);
            Write(await Task.Run(bench.RunAsync, cancellationToken), parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    internal static Option<int> Rounds() => new("--rounds")
    {
        Description = "How often each measurement is repeated; the spread over the rounds is shown.",
        HelpName = "n",
        DefaultValueFactory = _ => 3,
        CustomParser = result => OptionValue.Whole(result, 1, 100),
    };

    private static void Write(IReadOnlyList<Measurement> measurements, bool json)
    {
        if (json)
            JsonOutput.WriteLine(new Report(Machine.Here(), measurements));
        else
            Write(measurements);
    }

    private static void Write(IReadOnlyList<Measurement> measurements)
    {
        Console.Out.WriteLine(Machine.Here());
        Table table = new Table().Border(TableBorder.Markdown).AddColumns("what", "p50", "p99", "rounds' p50", "unit", "recall@10");
        foreach (int column in (int[])[1, 2, 3, 5])
            table.Columns[column].RightAligned();
        foreach (Measurement m in measurements)
        {
            table.AddRow(m.What, Format(m.P50), m.P99 is { } p99 ? Format(p99) : "", $"{Format(m.Spread.Low)} – {Format(m.Spread.High)}", m.Unit,
                m.Recall?.ToString("F3", CultureInfo.InvariantCulture) ?? "");
        }
        ResultTable.Write(table);
    }

    private static string Format(double value) =>
        value.ToString(value >= 1000 ? "N0" : value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
