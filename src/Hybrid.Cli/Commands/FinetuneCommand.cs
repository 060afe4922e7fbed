using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Output;
using Hybrid.Encoding.Adapting;
using Hybrid.Evaluation;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class FinetuneCommand
{
    private static readonly AdapterOptions Defaults = new();

    public static Command Create()
    {
        Option<int> passes = OptionValue.Option("--passes",
            $"Passes at most, of {Defaults.PairsAPass:N0} pairs; training stops before where held-out sessions gain no more.",
            Defaults.Passes, 1, 10_000);
        Option<int> patience = OptionValue.Option("--patience", "Passes without a gain after which it stops.", Defaults.Patience, 1, 1_000);
        Option<int> window = OptionValue.Option("--window",
            "How far apart in a session two items may be to count as occurring together.", Defaults.Window, 1, 1_000);
        Option<double> temperature = Real("--temperature", "How sharp the contrast is: cosines are divided by it.", Defaults.Temperature, 0.001, 1);
        Option<double> rate = Real("--rate", "Learning rate.", Defaults.Rate, 1e-7, 1);
        Option<double> decay = Real("--decay", "How strongly the adapter is drawn to changing nothing.", Defaults.Decay, 0, 1_000);
        Option<double> mined = Real("--mined", "Mined negatives for each pair: near in text, never together.", Defaults.Mined, 0, 1);
        Option<double> flatness = Real("--flatness", "0: pairs count as often as they occur; 1: rare ones as much as common ones.", Defaults.Flatness, 0, 1);
        Option<int> seed = OptionValue.Option("--seed", "Seed of every random draw.", Defaults.Seed, int.MinValue, int.MaxValue);
        var gap = new Option<TimeSpan>("--gap")
        {
            Description = "A longer pause than this begins a new session; 24:00:00 is a day.",
            HelpName = "h:mm:ss",
            DefaultValueFactory = _ => new Behavior.SessionOptions().Gap,
            CustomParser = OptionValue.Time,
        };
        var kinds = new KindOptions();
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<string?> model = SharedOptions.Model("the one that the index was made with, without its adapter");
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("finetune",
            "Train an adapter behind the text encoder on what occurs together in the events, and say what it gains on sessions that were held out.",
            "finetune",
            "finetune --data ./my-shop --window 20 --gap 24:00:00",
            "finetune --seed 7 --json",
            "index --adapter adapter-1")
        { passes, patience, window, temperature, rate, decay, mined, flatness, seed, gap, folder, store, model, json };
        kinds.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            // ! : it has a default.
            HybridOptions options = DataFolder.Options(parsed.GetValue(folder)!, parsed.GetValue(model), StoreOption.Of(parsed, store));
            options = kinds.Apply(parsed, options) with { Sessions = new Behavior.SessionOptions { Gap = parsed.GetValue(gap) } };
            var training = new AdapterOptions
            {
                Passes = parsed.GetValue(passes),
                Patience = parsed.GetValue(patience),
                Window = parsed.GetValue(window),
                Temperature = parsed.GetValue(temperature),
                Rate = parsed.GetValue(rate),
                Decay = parsed.GetValue(decay),
                Mined = parsed.GetValue(mined),
                Flatness = parsed.GetValue(flatness),
                Seed = parsed.GetValue(seed),
            };
            return DataFolder.UseAsync(options, mayBeNew: false, async engine =>
            {
                FinetuneReport report = await RunAsync(engine, training, cancellationToken);
                if (parsed.GetValue(json))
                    JsonOutput.WriteLine(report);
                else
                    Write(report);
                return ExitCode.Done;
            }, cancellationToken);
        });
        return command;
    }

    private static Task<FinetuneReport> RunAsync(HybridEngine engine, AdapterOptions options, CancellationToken cancellationToken) =>
        Terminal.RunAsync("Fine-tuning", 100, "Nothing was written.", progress =>
        {
            int said = -1;
            var passes = new Relay<AdapterProgress>(done =>
            {
                progress.Report((long)(100 * done.Fraction));
                if (done.Pass == said)
                    return;
                said = done.Pass;
                Terminal.Step(string.Create(CultureInfo.InvariantCulture,
                    $"Pass {done.Pass} of {done.Passes} at most: loss {done.Loss:F4}, NDCG@10 on held-out sessions {done.HeldOut:F4}, best {done.Best:F4}"));
            });
            long encoded = 0;
            var encoding = new Relay<long>(done =>
            {
                if (done - encoded < 1_024 && encoded > 0)
                    return;
                encoded = done;
                Terminal.Step($"Encoding texts that the index has no vector of: {done:N0}");
            });
            return engine.FinetuneAsync(options, passes, encoding, cancellationToken);
        });

    private static void Write(FinetuneReport report)
    {
        Terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"Learned from {report.Sessions:N0} sessions less those held out, {report.Pairs:N0} pairs of items, "
            + $"in {report.Seconds:F1} s ({report.Passes} passes); judged on {report.HeldOut:N0} sessions, each item to find the others of its session."));
        Table table = new Table().Border(TableBorder.None).AddColumns("on held-out sessions", "Recall@10", "NDCG@10");
        foreach ((string name, SessionReport values) in new[] { (report.Model, report.Untuned), ("with the adapter", report.Tuned), ("gain", report.Gain) })
            table.AddRow(name, ResultTable.Interval(values.Recall), ResultTable.Interval(values.Ndcg));
        ResultTable.Write(table);
        Terminal.Note(report.Adapter is { } adapter
            ? $"Written: {report.File}. `hybrid index --adapter {adapter}` encodes the items with it."
            : "No gain: no adapter was better than the model alone on the sessions that training stops by, so none was written.");
        if (report is { Adapter: not null, Gain.Ndcg: { Low: <= 0 } })
            Terminal.Note("The interval of the gain holds 0: on sessions like these nobody can tell that the adapter helps.");
    }

    private static Option<double> Real(string name, string description, double preset, double least, double most) => new(name)
    {
        Description = description,
        HelpName = "x",
        DefaultValueFactory = _ => preset,
        CustomParser = result =>
        {
            double value = OptionValue.Real(result);
            if (!(value >= least && value <= most))
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes {least} to {most}, not {value}."));
            return value;
        },
    };
}
