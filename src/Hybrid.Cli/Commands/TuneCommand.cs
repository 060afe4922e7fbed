using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Hybrid.Api.Reading;
using Hybrid.Catalog;
using Hybrid.Cli.Evaluating;
using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class TuneCommand
{
    /// <param name="AllBefore">The same of all users, where a sample was searched on.</param>
    private sealed record Line(
        string Source, double Before, double After, int Trials, bool IsComplete, object Knobs, double? AllBefore = null, double? AllAfter = null);

    private sealed record Report(Machine Machine, string Written, int Users, IReadOnlyList<Line> Sources);

    /// <summary>Users whose next item is asked for in a trial.</summary>
    private const int MostUsers = 2_000;

    public static Command Create()
    {
        var data = new EvaluationOptions(judges: false);
        var sources = new Option<string?>("--source", "--sources")
        {
            Description = $"Which sources, commas between: {string.Join(", ", Tuner.Sources)}. Default: all of them but text, which encodes all texts.",
            HelpName = "a,b",
        };
        var minutes = new Option<double>("--minutes")
        {
            Description = "How long it may take in all; the sources that are left share what is left of it.",
            HelpName = "x",
            DefaultValueFactory = _ => 10,
            CustomParser = OptionValue.Real,
        };
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of the order in which knobs are tried, and of behaviour vectors.",
            HelpName = "n",
            DefaultValueFactory = _ => new TuneOptions().Seed,
            CustomParser = result => OptionValue.Whole(result),
        };
        var sample = new Option<double>("--sample")
        {
            Description = "Search on this share of the users, drawn by the seed, 0.1 for instance; what is found is then compared on all of them, "
                + "and taken if it is better there too.",
            HelpName = "share",
            DefaultValueFactory = _ => 1,
            CustomParser = OptionValue.Real,
        };
        var output = new Option<string?>("--out")
        {
            Description = $"Where the knobs are written. Default: {KnobFile.Name} in the data folder, by which `hybrid train` goes.",
            HelpName = "file.json",
        };
        output.Validators.Add(OptionValue.RequireName);
        Option<string?> model = SharedOptions.Model(Encoding.ModelFolder.DefaultName);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("tune",
            "Choose how the sources are fitted: what is best on events that are held out of the training data. What `eval` asks is never looked at.",
            "tune",
            "tune --source sequential-rules,session-knn --minutes 5",
            "tune --source item2vec --sample 0.1",
            "tune --items items.csv --events events.csv --split later-sessions --out knobs.json",
            "eval --knobs hybrid-data/knobs.json")
        { sources, minutes, sample, seed, output, model, json };
        data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string[]? asked = parsed.GetValue(sources) is { } names ? IdListConverter.Split(names) : null;
            if (asked?.FirstOrDefault(name => !Tuner.Sources.Contains(name)) is { } wrong)
                throw new UsageException($"--source: '{PlainText.Brief(wrong)}' has no knobs. Those that have: {string.Join(", ", Tuner.Sources)}.");
            if (asked is { Length: 0 })
                throw new UsageException("--source names no source.");
            double most = parsed.GetValue(minutes);
            if (!(most is > 0 and <= 100_000))
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--minutes takes more than 0 and up to 100000, not {most}."));
            double share = parsed.GetValue(sample);
            if (!(share is > 0 and <= 1))
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--sample takes more than 0 and up to 1, not {share}."));
            string written = parsed.GetValue(output) ?? data.FolderOf(parsed) switch
            {
                { } folder => Path.Combine(folder, KnobFile.Name),
                null => throw new UsageException("--items and --events are of no data folder: say with --out where the knobs are to be written."),
            };
            (EvaluationFiles files, Split outer) = await data.ReadAsync(parsed, cancellationToken);
            int drawn = parsed.GetValue(seed);
            Split all = outer.Inner(MostUsers), split = share == 1 ? all : outer.Inner(MostUsers, share, drawn);
            await using TextVectors? texts =
                asked?.Contains("text") == true ? await TextVectors.EncodeAsync(files, parsed.GetValue(model), cancellationToken) : null;
            SourceKnobs start = File.Exists(written) ? KnobFile.Read(written) : new SourceKnobs();
            start = start with { Behavior = start.Behavior with { Workers = 1, Seed = drawn } };
            using TrialFile trials = TrialFile.Open(Path.ChangeExtension(written, ".trials.jsonl"), split);
            if (trials.Found > 0)
                Terminal.Note($"Goes on behind {trials.Found:N0} trials of an earlier run.");
            else if (trials.WasOfAnother)
                Terminal.Note("The trials of an earlier run were of other events or another split: begun anew.");
            List<TunedSource> tuned = await TuneAsync(asked ?? [.. Tuner.Sources.Where(name => name != "text")],
                new Tuner(split, texts?.Texts, trials), split.Train, start, drawn, most, cancellationToken);
            var onAll = new Dictionary<string, (double Before, double After)>();
            for (int i = 0; i < tuned.Count && share < 1; i++)
                (tuned[i], onAll[tuned[i].Source]) = Compare(tuned[i], start, new Tuner(all, texts?.Texts), cancellationToken);
            KnobFile.Write(written, tuned.Aggregate(start, (knobs, one) => KnobChoices.With(one.Source, knobs, one.Knobs)));
            Line[] lines = [.. tuned.Select(one => new Line(one.Source, one.Before, one.After, one.Trials, one.IsComplete, one.Chosen,
                share < 1 ? onAll[one.Source].Before : null, share < 1 ? onAll[one.Source].After : null))];
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new Report(Machine.Here(), written, split.Queries.Count, lines));
            else
                Write(lines, split);
            Terminal.Note($"Written to {written}.");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What was found on a sample, if it is better on all users too; else what was there.</summary>
    private static (TunedSource Kept, (double Before, double After) OnAll) Compare(
        TunedSource found, SourceKnobs start, Tuner all, CancellationToken cancellationToken)
    {
        double before = all.Measure(found.Source, start, cancellationToken), after = all.Measure(found.Source, found.Knobs, cancellationToken);
        if (after >= before)
            return (found, (before, after));
        Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"{found.Source}: what is best on the sample has {after:F4} on all users, less than "
            + $"the {before:F4} of what was there, which stays. A larger sample would be better to search on."));
        return (found with { Knobs = start }, (before, after));
    }

    private static async Task<List<TunedSource>> TuneAsync(
        string[] names, Tuner tuner, TrainingLog log, SourceKnobs start, int seed, double minutes, CancellationToken cancellationToken)
    {
        var tuned = new List<TunedSource>();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        foreach ((int place, string name) in names.Index())
        {
            if (new SourceFitter(log, start).WhyNot(name) is { } reason && !SourceFitter.NeedsTexts(name))
            {
                Terminal.Note($"Left out: {reason}");
                continue;
            }
            TimeSpan left = TimeSpan.FromMinutes(minutes) - clock.Elapsed;
            // Who comes last finds a second at least: what is known already costs nothing.
            TimeSpan time = left / (names.Length - place) is var share && share > TimeSpan.FromSeconds(1) ? share : TimeSpan.FromSeconds(1);
            tuned.Add(await Terminal.RunAsync(name, (long)Math.Ceiling(time.TotalSeconds),
                "What was tried is kept: run it again to go on.",
                progress => Task.Run(
                    () => tuner.Tune(name, start, new TuneOptions { Seed = seed, Time = time }, progress, cancellationToken), cancellationToken)));
        }
        return tuned;
    }

    private static void Write(Line[] lines, Split split)
    {
        Console.Out.WriteLine($"NDCG@10 of {split.Queries.Count:N0} users, fitted on {split.Train.Events:N0} events: on these the knobs were chosen, "
            + "`hybrid eval` asks for others.");
        bool isSampled = Array.Exists(lines, line => line.AllBefore is not null);
        Table table = new Table().Border(TableBorder.Markdown).AddColumns("source", "before", "chosen");
        if (isSampled)
            table.AddColumns("all users: before", "chosen");
        table.AddColumns("trials", "knobs");
        foreach (TableColumn column in table.Columns.Skip(1).SkipLast(1))
            column.RightAligned();
        foreach (Line line in lines)
        {
            double?[] scores = isSampled ? [line.Before, line.After, line.AllBefore, line.AllAfter] : [line.Before, line.After];
            table.AddRow([line.Source, .. scores.Select(score => score?.ToString("F4", CultureInfo.InvariantCulture) ?? ""),
                line.Trials.ToString(CultureInfo.InvariantCulture) + (line.IsComplete ? "" : ", time is over"),
                Markup.Escape(JsonSerializer.Serialize(line.Knobs, JsonOutput.Options))]);
        }
        ResultTable.Write(table);
    }
}
