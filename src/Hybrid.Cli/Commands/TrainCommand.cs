using System.CommandLine;
using Hybrid.Behavior;
using Hybrid.Cli.Output;
using Hybrid.Recommending;

namespace Hybrid.Cli.Commands;

internal static class TrainCommand
{
    private static readonly Item2VecOptions Defaults = new();

    public static Command Create()
    {
        var vectorSize = new Option<int>("--vector-size") { Description = "Floats per vector.", HelpName = "n", DefaultValueFactory = _ => Defaults.VectorSize };
        var window = new Option<int>("--window") { Description = "How far apart in a session two items may be to count as neighbours.", HelpName = "n", DefaultValueFactory = _ => Defaults.Window };
        var minCount = new Option<int>("--min-count") { Description = "Items with fewer events get no vector.", HelpName = "n", DefaultValueFactory = _ => Defaults.MinCount };
        var epochs = new Option<int>("--epochs") { Description = "Passes over the sessions.", HelpName = "n", DefaultValueFactory = _ => Defaults.Epochs };
        var workers = new Option<int>("--workers") { Description = "Threads; 1 gives the same vectors every time.", HelpName = "n", DefaultValueFactory = _ => Defaults.Workers };
        var negative = new Option<int>("--negative") { Description = "Noise items drawn for each pair.", HelpName = "n", DefaultValueFactory = _ => Defaults.Negative };
        var nsExponent = new Option<double>("--ns-exponent") { Description = "Noise is drawn by popularity to this power.", HelpName = "x", DefaultValueFactory = _ => Defaults.NsExponent };
        var sample = new Option<double>("--sample") { Description = "Items with a larger share of the events than this are thinned out; 0: none.", HelpName = "x", DefaultValueFactory = _ => Defaults.Sample };
        var alpha = new Option<double>("--alpha") { Description = "First learning rate.", HelpName = "x", DefaultValueFactory = _ => Defaults.Alpha };
        var minAlpha = new Option<double>("--min-alpha") { Description = "Last learning rate.", HelpName = "x", DefaultValueFactory = _ => Defaults.MinAlpha };
        var seed = new Option<int>("--seed") { Description = "Seed of every random draw.", HelpName = "n", DefaultValueFactory = _ => Defaults.Seed };
        var gap = new Option<TimeSpan>("--gap") { Description = "A longer pause than this begins a new session.", HelpName = "h:mm:ss", DefaultValueFactory = _ => new SessionOptions().Gap };
        Option<string> folder = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("train", "Train behaviour vectors (Item2Vec) on the imported events.",
            "train",
            "train --vector-size 32 --window 20 --gap 24:00:00",
            "train --workers 1 --seed 7")
        { vectorSize, window, minCount, epochs, workers, negative, nsExponent, sample, alpha, minAlpha, seed, gap, folder, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new HybridOptions
            {
                DataPath = parsed.GetValue(folder)!,   // ! : it has a default
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
            };
            await using HybridData data = DataFolder.OpenExisting(options);
            TrainReport report = await RunAsync(data, cancellationToken);
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(report);
            return ExitCode.Done;
        });
        return command;
    }

    public static async Task<TrainReport> RunAsync(HybridData data, CancellationToken cancellationToken)
    {
        double pairsPerSecond = 0;
        TrainReport report = await Terminal.RunAsync("Training Item2Vec", 100, progress => data.Train(new Relay(done =>
        {
            pairsPerSecond = done.PairsPerSecond;
            progress.Report((long)(100 * done.Fraction));
        }), cancellationToken));
        Terminal.Note($"{report.Items:N0} items have behaviour vectors, from {report.Sessions:N0} sessions: {report.Pairs:N0} pairs, {pairsPerSecond:N0} a second.");
        return report;
    }

    private sealed class Relay(Action<Item2VecProgress> show) : IProgress<Item2VecProgress>
    {
        public void Report(Item2VecProgress value) => show(value);
    }
}
