using System.CommandLine;
using System.Text.Json.Serialization;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Evaluating;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Commands;

internal static class EvalCommand
{
    private sealed record Report(Machine Machine, SplitReport Split, IReadOnlyList<SourceReport> Sources);

    private sealed record SplitReport(string Kind, int Users, int Eligible, int TrainingUsers, int TrainingEvents, int Items)
    {
        [JsonIgnore]
        public string Ranked { get; init; } = "items";
    }

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
            Description = "How the sources are fitted: a JSON file, such as {\"item_knn\": {\"decay\": 0.8}}; what it does not name is as it is by default. "
                + $"Default: {KnobFile.Name} in the data folder, if it is there.",
            HelpName = "file.json",
        };
        knobs.Validators.Add(OptionValue.RequireName);
        var html = new Option<string?>("--html")
        {
            Description = "Write one page with plots here: quality with intervals, by history and by popularity, against latency, coverage.",
            HelpName = "file.html",
        };
        html.Validators.Add(OptionValue.RequireName);
        var state = new Option<string?>("--state")
        {
            Description = "Where is kept what was measured, until all is: an interrupted run goes on behind it. Default: in the data folder; "
                + "for files, nowhere.",
            HelpName = "file",
        };
        state.Validators.Add(OptionValue.RequireName);
        Option<string?> model = SharedOptions.Model(Encoding.ModelFolder.DefaultName);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("eval", "Measure how good the recommendations of each source are, on events that it has not seen.",
            "eval",
            "eval --items items.csv --events events.csv --sources popularity,item-knn,sequential-rules",
            "eval --split later-sessions --users 1000 --k 10,50 --predictions answers.jsonl",
            "eval --html report.html",
            "eval --split cold --sources text,text-last,classic",
            "eval compare ours.jsonl theirs.jsonl --items items.csv --events events.csv")
        { sources, knobs, predictions, html, state, model, json, CreateCompare() };
        data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[]? asked = parsed.GetValue(sources) is { } names ? IdListConverter.Split(names) : null;
            if (asked?.FirstOrDefault(name => !SourceFitter.Names.Contains(name)) is { } unknown)
                throw new UsageException($"--sources: there is no source '{PlainText.Brief(unknown)}'. Sources: {string.Join(", ", SourceFitter.Names)}.");
            if (asked is { Length: 0 })
                throw new UsageException("--sources names no source.");
            string? folder = data.FolderOf(parsed);
            string? knobFile = parsed.GetValue(knobs)
                ?? (folder is not null && Path.Combine(folder, KnobFile.Name) is var own && File.Exists(own) ? own : null);
            SourceKnobs fitting = knobFile is null ? new SourceKnobs() : KnobFile.Read(knobFile);
            JudgeOptions judging = data.JudgingOf(parsed);
            (EvaluationFiles files, Split split) = await data.ReadAsync(parsed, cancellationToken);
            Dictionary<ItemId, string?> categories = files.Items.ToDictionary(item => item.Id, item => item.Category);
            Func<ItemId, string?>? category = categories.Values.Any(name => name is not null) ? item => categories[item] : null;
            string[] chosen = asked ?? SourcesFor(new SourceFitter(split.Train, fitting, category: category));
            string? statePath = parsed.GetValue(state) ?? (folder is null ? null : Path.Combine(folder, "eval.state.jsonl"));
            using EvaluationState done = EvaluationState.Open(statePath, isAsked: parsed.GetValue(state) is not null,
                [split.Hash, JsonOutput.Line(fitting), JsonOutput.Line(judging.Lengths), $"{judging.Seed}", parsed.GetValue(model),
                    parsed.GetValue(predictions), chosen.Any(SourceFitter.NeedsTexts) ? "with texts" : "without texts"]);
            // Texts tell how different the items of a list are: then of every source's.
            bool needsTexts = chosen.Any(SourceFitter.NeedsTexts) && chosen.Any(name => done.Find(name) is null);
            await using TextVectors? texts = needsTexts ? await TextVectors.EncodeAsync(files, parsed.GetValue(model), cancellationToken) : null;
            if (texts is not null)
                judging = judging with { Vectors = texts.Texts.Vectors };
            var fitter = new SourceFitter(split.Train, fitting, texts?.Texts, category, texts is null ? null : texts.Recommend);
            var run = new SourceRun(split, fitter, judging, cancellationToken);
            var reports = new List<SourceReport>();
            foreach ((int place, string name) in chosen.Index())
            {
                if (done.Find(name) is not { } report)
                {
                    report = await MeasureAsync(run, name, $"{name} ({place + 1} of {chosen.Length})", split, done.IsKept, cancellationToken);
                    if (parsed.GetValue(predictions) is { } file)
                        PredictionFile.Write(FileOf(file, name, asked?.Length == 1), split.Queries, report.Answers);
                    done.Add(report);
                }
                reports.Add(report);
                foreach (string warning in report.Judgement.Warnings)
                    Terminal.Note($"{name}: {warning}");
            }
            done.Finish();
            Terminal.NoteUnknownTexts(texts?.UnknownTextWarning);
            SplitReport about = new(EvaluationOptions.NameOf(split.Options.Kind), split.Queries.Count, split.Eligible, split.Train.Users.Count,
                split.Train.Events, split.NewItems?.Count ?? split.Train.Items.Count)
            {
                Ranked = split.NewItems is null ? "items" : "new items, which nobody has in what is learned from, are",
            };
            string sentence = $"{about.Kind}: {about.Users:N0} of {about.Eligible:N0} users asked, {about.Items:N0} {about.Ranked} ranked for each; "
                + $"fitted on {about.TrainingEvents:N0} events of {about.TrainingUsers:N0} users.";
            if (parsed.GetValue(html) is { } page)
                EvaluationPage.Write(page, sentence, reports, judging);
            if (parsed.GetValue(json))
            {
                JsonOutput.WriteLine(new Report(Machine.Here(), about, reports));
                return ExitCode.Done;
            }
            Console.Out.WriteLine(Machine.Here());
            Console.Out.WriteLine(sentence);
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

    private static async Task<SourceReport> MeasureAsync(
        SourceRun run, string name, string title, Split split, bool isKept, CancellationToken cancellationToken)
    {
        try
        {
            return await Terminal.RunAsync(title, split.Queries.Count,
                isKept ? "The sources that were measured are kept: run it again to go on." : "Nothing was kept (--state FILE keeps what was measured).",
                progress => Task.Run(() => run.Run(name, progress), cancellationToken));
        }
        catch (ArgumentException refused)
        {
            throw new UsageException(Failures.ReasonOf(refused));
        }
    }

    /// <summary>What the data allow; why EASE is left out is said, as it may be what was wanted.</summary>
    private static string[] SourcesFor(SourceFitter fitter)
    {
        if (fitter.WhyNot("ease") is { } reason)
            Terminal.Note($"Left out: {reason}");
        return [.. SourceFitter.Names.Where(name => SourceFitter.NeedsTexts(name) || fitter.WhyNot(name) is null)];
    }

    private static string FileOf(string file, string source, bool isOnlyOne) => isOnlyOne ? file
        : Path.Combine(Path.GetDirectoryName(file) ?? "", $"{Path.GetFileNameWithoutExtension(file)}.{source}{Path.GetExtension(file)}");
}
