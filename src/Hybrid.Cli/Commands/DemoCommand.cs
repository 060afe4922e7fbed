using System.CommandLine;
using Hybrid.Cli.Demo;
using Hybrid.Cli.Output;
using Hybrid.Recommending;

namespace Hybrid.Cli.Commands;

internal static class DemoCommand
{
    public static Command Create()
    {
        var folder = new Option<string>("--data", "-d")
        {
            Description = "The folder that the demo makes and keeps.",
            HelpName = "folder",
            DefaultValueFactory = _ => "./hybrid-demo",
        };
        var seed = new Option<int>("--seed") { Description = "Seed of the synthetic shop.", HelpName = "n", DefaultValueFactory = _ => SyntheticShop.DefaultSeed };
        Option<string?> model = SharedOptions.Model();
        var command = new ExampleCommand("demo", "Make a synthetic shop and show everything on it: import, encode, index, train, search, recommend.",
            "demo",
            "demo --data ./another-demo --seed 2")
        { folder, seed, model };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(folder)!;   // ! : it has a default
            SyntheticShop shop = SyntheticShop.Generate(parsed.GetValue(seed));
            string source = Path.Combine(path, "source");
            shop.WriteTo(source);
            Terminal.Note($"A synthetic shop, made by Hybrid with seed {parsed.GetValue(seed)}: no real products, brands or people. Its files are in {source}.");

            await using HybridData data = DataFolder.Open(path, parsed.GetValue(model));
            var request = new ImportRequest { Items = [Path.Combine(source, "items.csv")], Events = [Path.Combine(source, "events.csv")] };
            await ImportCommand.RunAsync(data, request, cancellationToken);
            await IndexCommand.RunAsync(data, cancellationToken);
            await TrainCommand.RunAsync(data, cancellationToken);
            await new DemoTour(data, shop, Console.Out).RunAsync(cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }
}
