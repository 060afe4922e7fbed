using System.CommandLine;
using System.Globalization;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Cli.Output;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Commands;

internal static class TrainCommand
{
    /// <summary>What stands for the model in use where a model is named.</summary>
    private const string CurrentModel = "current";

    private static readonly Item2VecOptions Defaults = new();

    private static readonly (string Name, Item2VecOptions Options)[] Presets =
        [("music", Item2VecOptions.Music), ("shop", Item2VecOptions.Shop), ("clicks", Item2VecOptions.Clicks)];

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
        var preset = new Option<string?>("--preset")
        {
            Description = $"Knobs that were tuned on data of a kind: {string.Join(", ", Presets.Select(one => one.Name))}. "
                + "What is given beside it counts more.",
            HelpName = "name",
            CustomParser = result => OptionValue.Word(result, [.. Presets.Select(one => one.Name)]),
        };
        var like = new Option<string?>("--like")
        {
            Description = "Turn the vectors to lie as those of an earlier model do, so that vectors kept elsewhere stay comparable; no score changes. "
                + $"A model's file, or '{CurrentModel}': the one that is in use.",
            HelpName = "model",
        };
        like.Validators.Add(OptionValue.RequireName);
        var goOn = new Option<bool>("--continue")
        {
            Description = "Learn on from the events since the last training alone; items that are new get a vector among those that are there.",
        };
        Option<double> move = Real("--move", "With --continue: how much of each step the vectors that are there take, 0 to 1; 0 keeps them to the bit.", 0);
        var kinds = new KindOptions();
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("train", "Train behaviour vectors (Item2Vec) on the imported events, and fit the sources of recommendations.",
            "train",
            "train --vector-size 32 --window 20 --gap 24:00:00",
            "train --workers 1 --seed 7",
            "train --sources all",
            "train --min-rating 3.5 --kinds skip=-",
            "train --preset music",
            $"train --like {CurrentModel}",
            "train --continue")
        {
            vectorSize, window, minCount, epochs, workers, negative, nsExponent, sample, alpha, minAlpha, seed, gap, preset, sources, knobs, like,
            goOn, move, folder, store, json,
        };
        kinds.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            Item2VecOptions basis = parsed.GetValue(preset) is { } chosen ? Presets.First(one => one.Name == chosen).Options : Defaults;
            HybridOptions options = InWordsOfTheOptions(() => kinds.Apply(parsed, DataFolder.Options(parsed.GetValue(folder)!,
                store: StoreOption.Of(parsed, store))) with   // ! : it has a default
            {
                Sources = SourcesOf(parsed.GetValue(sources)),
                Knobs = parsed.GetValue(knobs) is { } knobFile ? KnobFile.Read(knobFile) : null,
                Sessions = new SessionOptions { Gap = parsed.GetValue(gap) },
                Behavior = new Item2VecOptions
                {
                    VectorSize = Given(parsed, vectorSize, basis.VectorSize),
                    Window = Given(parsed, window, basis.Window),
                    MinCount = Given(parsed, minCount, basis.MinCount),
                    Epochs = Given(parsed, epochs, basis.Epochs),
                    Workers = Given(parsed, workers, basis.Workers),
                    Negative = Given(parsed, negative, basis.Negative),
                    NsExponent = Given(parsed, nsExponent, basis.NsExponent),
                    Sample = parsed.GetValue(sample) ?? basis.Sample,
                    Alpha = Given(parsed, alpha, basis.Alpha),
                    MinAlpha = Given(parsed, minAlpha, basis.MinAlpha),
                    Seed = Given(parsed, seed, basis.Seed),
                },
            });
            if (options.Behavior.MinAlpha > options.Behavior.Alpha)
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                    $"--min-alpha {options.Behavior.MinAlpha} is above --alpha {options.Behavior.Alpha}: the learning rate falls from the one to the other."));
            }
            double? share = parsed.GetValue(goOn) ? parsed.GetValue(move) : null;
            if (share is null && parsed.GetResult(move) is { Implicit: false })
                throw new UsageException("--move says how far vectors go with --continue: give that, too.");
            if (share is { } given && !(given is >= 0 and <= 1))
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--move is a share of each step, 0 to 1, not {given}."));
            Option? knob = share is null ? null : new Option[] { vectorSize, window, minCount, epochs, negative, nsExponent, sample, alpha, minAlpha, preset }
                .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
            if (knob is not null)
                throw new UsageException($"{knob.Name}: --continue goes on with the knobs that the model was trained with. Leave it out, or train anew.");
            if (share is not null && parsed.GetValue(like) is not null)
                throw new UsageException("--like turns what is trained anew; --continue stays in its space: give one of them.");
            return DataFolder.UseAsync(options, mayBeNew: false, async engine =>
            {
                Item2VecModel? earlier = parsed.GetValue(like) is { } name ? await EarlierModelAsync(name, engine, cancellationToken) : null;
                TrainReport report = await RunAsync(engine, cancellationToken, earlier, share);
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
        _ when IdListConverter.Split(names) is not { Length: > 0 } => throw new UsageException("--sources names no source."),
        _ when IdListConverter.Split(names).FirstOrDefault(name => !SavedSources.Names.Contains(name)) is { } wrong =>
            throw new UsageException($"--sources takes some of {string.Join(", ", SavedSources.Names)}; all, or none, not '{PlainText.Brief(wrong)}'."),
        _ => IdListConverter.Split(names),
    };

    /// <param name="like">Earlier, as of <see cref="HybridEngine.TrainLikeAsync"/>; null: the vectors stay as training leaves them.</param>
    /// <param name="move">Learns on, as <see cref="HybridEngine.ContinueTrainingAsync"/>; null: trains anew.</param>
    public static async Task<TrainReport> RunAsync(
        HybridEngine engine, CancellationToken cancellationToken, Item2VecModel? like = null, double? move = null)
    {
        double pairsPerSecond = 0;
        TrainReport report = await Terminal.RunAsync("Training", 100, "The model before, if there is one, is still in use.",
            progress =>
            {
                var relay = new Relay<Item2VecProgress>(done =>
                {
                    pairsPerSecond = done.PairsPerSecond;
                    progress.Report((long)(100 * done.Fraction));
                });
                var fitting = new Relay<string>(source => Terminal.Step($"Fitting {source}"));
                return move is { } share ? engine.ContinueTrainingAsync(share, relay, fitting, cancellationToken)
                    : like is null
                    ? engine.TrainAsync(relay, fitting, cancellationToken) : engine.TrainLikeAsync(like, relay, fitting, cancellationToken);
            });
        string pairs = $"{report.Pairs:N0} pairs, {pairsPerSecond:N0} a second";
        Terminal.Note($"{report.Items:N0} items have behaviour vectors, from {report.Sessions:N0} sessions: {pairs}.");
        if (report.Continued is { } continued)
        {
            Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"Learned on from {continued.From}: {continued.NewItems:N0} items are new; the others' "
                + $"vectors have a median cosine of {continued.MedianCosine:F3} to those before, and {continued.Overlap:P0} of their ten neighbours."));
        }
        if (report.Likeness is { } likeness)
        {
            Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"Turned like {likeness.Like}: {likeness.Alignment.Shared:N0} items are in both, their "
                + $"vectors' median cosine is {likeness.MedianCosine:F3}; of ten neighbours {likeness.Alignment.SharedAnyway:P0} are the same."));
        }
        if (report.FromText is { } text)
        {
            Terminal.Note(string.Create(CultureInfo.InvariantCulture, $"Texts lead to behaviour: of ten neighbours {text.Agreement:P1} are the true ones "
                + $"({text.SharedAnyway:P1} by text itself, {text.Chance:P1} by chance), over {text.Shared:N0} items. "
                + $"`hybrid recommend --map-new-items` uses it."));
        }
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

    private static async Task<Item2VecModel> EarlierModelAsync(string name, HybridEngine engine, CancellationToken cancellationToken)
    {
        Item2VecModel earlier = name != CurrentModel ? Item2VecModel.Load(name)
            : await engine.OpenBehaviorAsync(cancellationToken)
            ?? throw new UsageException($"--like {CurrentModel}: nothing is trained yet, so there is no model to be like.");
        return earlier.Dimension == engine.Options.Behavior.VectorSize ? earlier
            : throw new UsageException($"--like {name}: its vectors have {earlier.Dimension} floats: train with --vector-size {earlier.Dimension}.");
    }

    /// <summary>What was typed for an option, or else what the preset says.</summary>
    private static T Given<T>(ParseResult parsed, Option<T> option, T basis) =>
        parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : basis;   // ! : it has a default

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
}
