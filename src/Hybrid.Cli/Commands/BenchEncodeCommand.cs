using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Bench;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Encoding;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class BenchEncodeCommand
{
    private sealed record Report(Machine Machine, IReadOnlyList<EncodeBench.Line> Lines);

    public static Command Create()
    {
        var texts = new Option<string[]>("--texts") { Description = "Files of texts, one a line; the demo's come beside them.", HelpName = "file" };
        texts.AllowMultipleArgumentsPerToken = true;
        texts.DefaultValueFactory = _ => [];
        texts.AcceptLegalFilePathsOnly();
        var python = new Option<string?>("--python") { Description = "A Python that runs the peer, in turn with Hybrid.", HelpName = "file" };
        var peer = new Option<string?>("--peer")
        {
            Description = "The peer: a script that takes MODEL TEXTS THREADS and prints texts_per_s, single_p50_ms, tokenizer_texts_per_s and peak_mb as JSON.",
            HelpName = "script",
        };
        var peerModel = new Option<string?>("--peer-model") { Description = "The model of the peer. Default: the same.", HelpName = "name|folder" };
        var most = new Option<int>("--most")
        {
            Description = "So many texts of each file at most.",
            HelpName = "n",
            DefaultValueFactory = _ => 1_000_000,
            CustomParser = result => OptionValue.Whole(result, 1, 100_000_000),
        };
        Option<int> rounds = BenchCommand.Rounds();
        Option<string?> model = SharedOptions.Model(ModelFolder.DefaultName);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("encode",
            "Measure encoding: many texts, one, eight callers, the tokenizer, memory; beside a Python program if you like.",
            "bench encode",
            "bench encode --texts titles.txt --python python3 --peer encode_speed.py --rounds 5")
        { texts, python, peer, peerModel, most, rounds, model, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(python) is null != result.GetValue(peer) is null)
                result.AddError("--python and --peer go together: the one runs the other.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string folder = ModelFolder.Find(parsed.GetValue(model) ?? ModelFolder.DefaultName);
            string peerFolder = parsed.GetValue(peerModel) is { } other ? ModelFolder.Find(other) : folder;
            var bench = new EncodeBench(folder, peerFolder, parsed.GetValue(texts)!, parsed.GetValue(python), parsed.GetValue(peer),   // ! : it has a default
                parsed.GetValue(rounds), parsed.GetValue(most));
            IReadOnlyList<EncodeBench.Line> lines = await Terminal.RunAsync("Encoding", 0, null, _ => bench.RunAsync(cancellationToken));
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new Report(Machine.Here(), lines));
            else
                Write(lines);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What one process of the bench does; for the bench itself.</summary>
    public static Command CreateRun()
    {
        var model = new Argument<string>("model");
        var file = new Argument<string>("file");
        var command = new Command(EncodeBench.RunCommand) { model, file };
        command.Hidden = true;
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            JsonOutput.WriteLine(EncodeRun.Measure(parsed.GetValue(model)!, parsed.GetValue(file)!, cancellationToken));   // ! : both are required
            return ExitCode.Done;
        }, cancellationToken));
        return command;
    }

    private static void Write(IReadOnlyList<EncodeBench.Line> lines)
    {
        Console.Out.WriteLine(Machine.Here());
        Table table = new Table().Border(TableBorder.Markdown).AddColumns("texts", "what", "unit", "Hybrid", "peer", "ratio");
        foreach (EncodeBench.Line line in lines)
        {
            table.AddRow(ResultTable.Cell(line.Texts), line.What, line.Unit, Spread(line.Hybrid), line.Peer is null ? "" : Spread(line.Peer),
                line.Ratio is null ? "" : Spread(line.Ratio));
        }
        ResultTable.Write(table);
    }

    /// <summary>The median of the rounds, and the least and the greatest.</summary>
    private static string Spread(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 1 ? Show(sorted[0]) : $"{Show(sorted[sorted.Length / 2])} ({Show(sorted[0])} – {Show(sorted[^1])})";

        static string Show(double value) =>
            value.ToString(value >= 1000 ? "N0" : value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
    }
}
