using System.CommandLine;
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Cli.Queries;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Commands;

internal static class TrainCommand
{
    private static readonly Item2VecOptions Defaults = new();

    public static Command Create()
    {
        Option<int> vectorSize = Whole("--vector-size", "Floats per vector.", Defaults.VectorSize);
        Option<int> window = Whole("--window", "How far apart in a session two items may be to count as neighbours.", Defaults.Window);
        Option<int> minCount = Whole("--min-count", "Items with fewer events get no vector.", Defaults.MinCount);
        Option<int> epochs = Whole("--epochs", "Passes over the sessions.", Defaults.Epochs);
        Option<int> workers = Whole("--workers", "Threads; 1 gives the same vectors every time.", Defaults.Workers);
        Option<int> negative = Whole("--negative", "Noise items drawn for each pair.", Defaults.Negative);
        Option<double> nsExponent = Real("--ns-exponent", "Noise is drawn by popularity to this power.", Defaults.NsExponent);
        var sample = new Option<double?>("--sample")
        {
            Description = "Items with a larger share of the events than this are thinned out; 0: none. By default 0.001 from 1,000 items on, below that none.",
            HelpName = "x",
            CustomParser = result => OptionValue.Real(result),
        };
        Option<double> alpha = Real("--alpha", "First learning rate.", Defaults.Alpha);
        Option<double> minAlpha = Real("--min-alpha", "Last learning rate.", Defaults.MinAlpha);
        Option<int> seed = Whole("--seed", "Seed of every random draw.", Defaults.Seed);
        var gap = new Option<TimeSpan>("--gap")
        {
            Description = "A longer pause than this begins a new session; 24:00:00 is a day.",
            HelpName = "h:mm:ss",
            DefaultValueFactory = _ => new SessionOptions().Gap,
            CustomParser = OptionValue.Time,
        };
        var sources = new Option<string?>("--sources")
        {
            Description = $"The sources to fit for `recommend --source`, commas between: {string.Join(", ", SavedSources.Names)}; all, or none. "
                + $"Default: those that take seconds, {string.Join(", ", SavedSources.Quick)}.",
            HelpName = "a,b",
        };
        var knobs = new Option<string?>("--knobs")
        {
            Description = $"How the sources are fitted: a JSON file, as `hybrid tune` writes it. Default: {KnobFile.Name} in the data folder, if it is there.",
            HelpName = "file.json",
        };
        knobs.Validators.Add(OptionValue.RequireName);
        var kinds = new KindOptions();
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("train", "Train behaviour vectors (Item2Vec) on the imported events, and fit the sources of recommendations.",
            "train",
            "train --vector-size 32 --window 20 --gap 24:00:00",
            "train --workers 1 --seed 7",
            "train --sources all",
            "train --min-rating 3.5 --kinds skip=-")
        { vectorSize, window, minCount, epochs, workers, negative, nsExponent, sample, alpha, minAlpha, seed, gap, sources, knobs, folder, store, json };
        kinds.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            HybridOptions options = InWordsOfTheOptions(() => kinds.Apply(parsed, DataFolder.Options(parsed.GetValue(folder)!,
                store: StoreOption.Of(parsed, store))) with   // ! : it has a default
            {
                Sources = SourcesOf(parsed.GetValue(sources)),
                Knobs = parsed.GetValue(knobs) is { } knobFile ? KnobFile.Read(knobFile) : null,
                Sessions = new SessionOptions { Gap = parsed.GetValue(gap) },
                Behavior = new Item2VecOptions
                {
                    VectorSize = parsed.GetValue(vectorSize),
                    Window = parsed.GetValue(window),
                    MinCount = parsed.GetValue(minCount),
                    Epochs = parsed.GetValue(epochs),
                    Workers = parsed.GetValue(workers),
                    Negative = parsed.GetValue(negative),
                    NsExponent = parsed.GetValue(nsExponent),
                    Sample = parsed.GetValue(sample),
                    Alpha = parsed.GetValue(alpha),
                    MinAlpha = parsed.GetValue(minAlpha),
                    Seed = parsed.GetValue(seed),
                },
            });
            if (options.Behavior.MinAlpha > options.Behavior.Alpha)
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                    $"--min-alpha {options.Behavior.MinAlpha} is above --alpha {options.Behavior.Alpha}: the learning rate falls from the one to the other."));
            }
            return DataFolder.UseAsync(options, mayBeNew: false, async engine =>
            {
                TrainReport report = await RunAsync(engine, cancellationToken);
                if (parsed.GetValue(json))
                    JsonOutput.WriteLine(report);
                return ExitCode.Done;
            }, cancellationToken);
        });
        return command;
    }

    private static IReadOnlyList<string>? SourcesOf(string? names) => names switch
    {
        null => null,
        "all" => SavedSources.Names,
        "none" => [],
        _ when CommaListConverter.Split(names) is not { Length: > 0 } => throw new UsageException("--sources names no source."),
        _ when CommaListConverter.Split(names).FirstOrDefault(name => !SavedSources.Names.Contains(name)) is { } wrong =>
            throw new UsageException($"--sources takes some of {string.Join(", ", SavedSources.Names)}; all, or none, not '{PlainText.Brief(wrong)}'."),
        _ => CommaListConverter.Split(names),
    };

    public static async Task<TrainReport> RunAsync(HybridEngine engine, CancellationToken cancellationToken)
    {
        double pairsPerSecond = 0;
        TrainReport report = await Terminal.RunAsync("Training", 100, "The model before, if there is one, is still in use.",
            progress => engine.TrainAsync(new Relay<Item2VecProgress>(done =>
            {
                pairsPerSecond = done.PairsPerSecond;
                progress.Report((long)(100 * done.Fraction));
            }), new Relay<string>(source => Terminal.Step($"Fitting {source}")), cancellationToken));
        string pairs = $"{report.Pairs:N0} pairs, {pairsPerSecond:N0} a second";
        Terminal.Note($"{report.Items:N0} items have behaviour vectors, from {report.Sessions:N0} sessions: {pairs}.");
        if (report.Sources.Count > 0)
        {
            Terminal.Note($"{report.Sources.Count:N0} sources are fitted, in {report.Sources.Sum(source => source.Seconds):F1} s: "
                + $"{string.Join(", ", report.Sources.Select(source => source.Name))}.");
        }
        foreach (string reason in report.NotFitted)
            Terminal.Note($"Not fitted: {reason}");
        if (report.LeftOut is { } busy)
        {
            string users = busy.Users == 1 ? $"user '{busy.Busiest}', who has" : $"{busy.Users:N0} users, '{busy.Busiest}' the busiest of them, who have";
            Terminal.Note($"Left out of training and popularity: {users} more than {busy.MostEvents:N0} events, {busy.Events:N0} in all "
                + "(--most-events-per-user).");
        }
        if (report.Warning is not null)
            Terminal.Note($"Warning: {report.Warning}");
        return report;
    }

    private static Option<int> Whole(string name, string description, int standard) => new(name)
    {
        Description = description,
        HelpName = "n",
        DefaultValueFactory = _ => standard,
        CustomParser = result => OptionValue.Whole(result),
    };

    private static Option<double> Real(string name, string description, double standard) => new(name)
    {
        Description = description,
        HelpName = "x",
        DefaultValueFactory = _ => standard,
        CustomParser = OptionValue.Real,
    };

    /// <summary>The ranges are the library's: what it says of a property is said of the option that sets it.</summary>
    private static HybridOptions InWordsOfTheOptions(Func<HybridOptions> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentOutOfRangeException refused)
        {
            // Without the parameter's name, which .NET appends.
            throw new UsageException(Failures.OptionNames(Failures.ReasonOf(refused)));
        }
    }

    private sealed class Relay<T>(Action<T> show) : IProgress<T>
    {
        public void Report(T value) => show(value);
    }
}
