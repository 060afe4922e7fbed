using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Output;
using Hybrid.Evaluation;
using Hybrid.Vectors;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class BridgeCommand
{
    public static Command Create()
    {
        var encoder = new Option<string?>("--encoder")
        {
            Description = "The new text encoder: a name or a folder, as --model takes them.",
            HelpName = "name|folder",
        };
        encoder.Validators.Add(OptionValue.RequireName);
        Option<string?> adapter = SharedOptions.Adapter("The adapter that is the new encoder");
        var texts = new Option<string?>("--texts")
        {
            Description = $"More texts to fit on, a line each, where there are fewer than {QueryBridge.LeastPairs:N0} items; both encoders encode them.",
            HelpName = "file",
        };
        texts.Validators.Add(OptionValue.RequireName);
        var leastRecall = new Option<double>("--least-recall")
        {
            Description = "Refuse a bridge that finds less than this share of what the new encoder finds in its own vectors.",
            HelpName = "x",
            DefaultValueFactory = _ => new BridgeOptions().LeastRecall,
            CustomParser = result => OptionValue.Real(result),
        };
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("bridge",
            "Let a new text encoder ask what the old one has indexed: fit what leads its queries over, and say how much it finds.",
            "bridge --adapter adapter-1",
            "search \"headphones\" --bridge bridge-1",
            "bridge --encoder ./my-encoder --texts titles.txt --json")
        { encoder, adapter, texts, leastRecall, folder, store, json };
        command.SetAction((parsed, cancellationToken) =>
        {
            string data = parsed.GetValue(folder)!;   // ! : it has a default
            string model = SharedOptions.ModelOf(parsed, encoder, adapter, data)
                ?? throw new UsageException("bridge needs the new encoder: give --encoder or --adapter.");
            if (parsed.GetValue(leastRecall) is not (>= 0 and <= 1) and var wrong)
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--least-recall takes 0 to 1, not {wrong}."));
            var query = new BridgeQuery(model)
            {
                Texts = parsed.GetValue(texts) is { } file ? [.. File.ReadLines(file).Where(line => line.AsSpan().Trim().Length > 0)] : [],
                Options = new BridgeOptions { LeastRecall = parsed.GetValue(leastRecall) },
            };
            return DataFolder.UseAsync(DataFolder.Options(data, store: StoreOption.Of(parsed, store)), mayBeNew: false, async engine =>
            {
                BridgeResult result = await Terminal.RunAsync("Fitting a bridge", 0, "Nothing was written.",
                    progress => engine.BridgeAsync(query, progress, cancellationToken));
                if (parsed.GetValue(json))
                    JsonOutput.WriteLine(result);
                else
                    Write(result);
                return ExitCode.Done;
            }, cancellationToken);
        });
        return command;
    }

    private static void Write(BridgeResult result)
    {
        BridgeReport report = result.Report;
        Terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"Of {report.Pairs:N0} texts {report.HeldOut:N0} were held out; of the ten that the new encoder finds among them the old vectors find"));
        Table table = new Table().Border(TableBorder.None).AddColumns("by", "recall@10");
        foreach (BridgeCandidate one in report.Candidates)
        {
            string of = one.Rank is { } rank ? $" {rank}" : one.Penalty is { } penalty ? string.Create(CultureInfo.InvariantCulture, $" {penalty}") : "";
            table.AddRow($"{one.Kind.ToString().ToLowerInvariant()}{of}", one.Recall.ToString("F4", CultureInfo.InvariantCulture));
        }
        ResultTable.Write(table);
        if (result.Sessions is { } sessions)
        {
            Table found = new Table().Border(TableBorder.None).AddColumns($"on {sessions.Judged:N0} sessions", "Recall@10", "NDCG@10");
            foreach ((string name, SessionReport values) in new[] { ("old encoder", sessions.Old), ("new encoder, everything anew", sessions.New),
                ("new encoder, by the bridge", sessions.Bridged), ("bridge less anew", sessions.Difference) })
            {
                found.AddRow(name, ResultTable.Interval(values.Recall), ResultTable.Interval(values.Ndcg));
            }
            ResultTable.Write(found);
        }
        Terminal.Note($"Written: {result.File} ({report.Kind.ToString().ToLowerInvariant()}), queries are of {result.Space}. "
            + $"`hybrid search … --bridge {result.Bridge}` asks by it.");
    }
}
