using System.CommandLine;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Evaluating;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Cli.Queries;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Commands;

internal static class EvalCommand
{
    private sealed record Report(Machine Machine, SplitReport Split, IReadOnlyList<SourceReport> Sources);

    private sealed record SplitReport(string Kind, int Users, int Eligible, int TrainingUsers, int TrainingEvents, int Items);

    private sealed record ComparisonReport(string A, string B, Comparison Comparison);

    public static Command Create()
    {
        var data = new EvaluationOptions();
        var sources = new Option<string?>("--sources")
        {
            Description = $"Which sources, commas between: {string.Join(", ", SourceFitter.Names)}. Default: all that the data allow.",
            HelpName = "a,b",
        };
        var predictions = new Option<string?>("--predictions")
        {
            Description = "Write what was recommended here, a JSON line a user; with several sources to name.source.jsonl for each.",
            HelpName = "file.jsonl",
        };
        predictions.Validators.Add(OptionValue.RequireName);
        var knobs = new Option<string?>("--knobs")
        {
            Description = "How the sources are fitted: a JSON file, such as {\"item_knn\": {\"decay\": 0.8}}; what it does not name is as it is by default.",
            HelpName = "file.json",
        };
        knobs.Validators.Add(OptionValue.RequireName);
        Option<string?> model = SharedOptions.Model(Encoding.ModelFolder.DefaultName);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("eval", "Measure how good the recommendations of each source are, on events that it has not seen.",
            "eval",
            "eval --items items.csv --events events.csv --sources popularity,item-knn,sequential-rules",
            "eval --split later-sessions --users 1000 --k 10,50 --predictions answers.jsonl",
            "eval compare ours.jsonl theirs.jsonl --items items.csv --events events.csv")
        { sources, knobs, predictions, model, json, CreateCompare() };
        data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[]? asked = parsed.GetValue(sources) is { } names ? CommaListConverter.Split(names) : null;
            if (asked?.FirstOrDefault(name => !SourceFitter.Names.Contains(name)) is { } unknown)
                throw new UsageException($"--sources: there is no source '{PlainText.Brief(unknown)}'. Sources: {string.Join(", ", SourceFitter.Names)}.");
            if (asked is { Length: 0 })
                throw new UsageException("--sources names no source.");
            SourceKnobs fitting = parsed.GetValue(knobs) is { } knobFile ? KnobFile.Read(knobFile) : new SourceKnobs();
            JudgeOptions judging = data.JudgingOf(parsed);
            (EvaluationFiles files, Split split) = await data.ReadAsync(parsed, cancellationToken);
            bool needsTexts = (asked ?? SourceFitter.Names).Any(SourceFitter.NeedsTexts);
            await using TextVectors? texts = !needsTexts ? null : await Terminal.RunAsync("Encoding texts", files.Items.Count, null, progress =>
                Task.Run(() => TextVectors.EncodeAsync(files.Items, parsed.GetValue(model), progress, cancellationToken), cancellationToken));
            if (texts is not null)
                judging = judging with { Vectors = texts.Texts.Vectors };
            Dictionary<ItemId, string?> categories = files.Items.ToDictionary(item => item.Id, item => item.Category);
            var fitter = new SourceFitter(split.Train, fitting, texts?.Texts,
                categories.Values.Any(category => category is not null) ? item => categories[item] : null, texts is null ? null : texts.Recommend);
            var run = new SourceRun(split, fitter, judging, cancellationToken);
            var reports = new List<SourceReport>();
            foreach (string name in asked ?? SourcesFor(fitter, split.Train))
            {
                SourceReport report;
                try
                {
                    report = await Terminal.RunAsync(name, split.Queries.Count, "Nothing was kept.",
                        progress => Task.Run(() => run.Run(name, progress), cancellationToken));
                }
                catch (ArgumentException refused)
                {
                    throw new UsageException(Failures.ReasonOf(refused));
                }
                reports.Add(report);
                foreach (string warning in report.Judgement.Warnings)
                    Terminal.Note($"{name}: {warning}");
                if (parsed.GetValue(predictions) is { } file)
                    PredictionFile.Write(FileOf(file, name, asked?.Length == 1), split.Queries, report.Answers);
            }
            Terminal.NoteUnknownTexts(texts?.UnknownTextWarning);
            SplitReport about = new(EvaluationOptions.NameOf(split.Options.Kind), split.Queries.Count, split.Eligible, split.Train.Users.Count,
                split.Train.Events, split.Train.Items.Count);
            if (parsed.GetValue(json))
            {
                JsonOutput.WriteLine(new Report(Machine.Here(), about, reports));
                return ExitCode.Done;
            }
            Console.Out.WriteLine(Machine.Here());
            Console.Out.WriteLine($"{about.Kind}: {about.Users:N0} of {about.Eligible:N0} users asked, {about.Items:N0} items ranked for each; "
                + $"fitted on {about.TrainingEvents:N0} events of {about.TrainingUsers:N0} users.");
            EvaluationTable.Write(reports, judging);
            return ExitCode.Done;
        });
        return command;
    }

    private static ExampleCommand CreateCompare()
    {
        var data = new EvaluationOptions();
        var a = new Argument<string>("a.jsonl")
        {
            Description = "One system's answers: a line {\"user\": \"U1\", \"items\": [\"best\", \"second\"]} for each user.",
        };
        var b = new Argument<string>("b.jsonl") { Description = "The other's." };
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("compare", "Judge two files of recommendations, from whatever system, on the same users.",
            "eval compare ours.jsonl theirs.jsonl --items items.csv --events events.csv")
        { a, b, json };
        data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            // ! : both are required.
            (string left, string right) = (parsed.GetValue(a)!, parsed.GetValue(b)!);
            JudgeOptions judging = data.JudgingOf(parsed);
            IReadOnlyDictionary<UserId, IReadOnlyList<string>> ours = PredictionFile.Read(left), theirs = PredictionFile.Read(right);
            (_, Split split) = await data.ReadAsync(parsed, cancellationToken);
            Comparison comparison = Comparison.Of(split, ours, theirs, judging);
            foreach ((string file, Judgement judged) in ((string, Judgement)[])[(left, comparison.A), (right, comparison.B)])
            {
                if (judged.Missing == judged.Users)
                    throw new DataFileException(file, $"answers none of the {judged.Users:N0} users that this split asks: is it of another split?");
                foreach (string warning in judged.Warnings)
                    Terminal.Note($"{file}: {warning}");
            }
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new ComparisonReport(left, right, comparison));
            else
                EvaluationTable.Write(left, right, comparison);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What the data allow; EASE is left out where it would be refused.</summary>
    private static IEnumerable<string> SourcesFor(SourceFitter fitter, TrainingLog log)
    {
        bool hasEase = EaseSource.CanFit(log);
        if (!hasEase)
            Terminal.Note($"ease is left out: more than {EaseSource.MaxItems:N0} items have events.");
        return fitter.Available.Where(name => name != "ease" || hasEase);
    }

    private static string FileOf(string file, string source, bool isOnlyOne) => isOnlyOne ? file
        : Path.Combine(Path.GetDirectoryName(file) ?? "", $"{Path.GetFileNameWithoutExtension(file)}.{source}{Path.GetExtension(file)}");
}
