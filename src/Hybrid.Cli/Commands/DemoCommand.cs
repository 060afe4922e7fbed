using System.CommandLine;
using Hybrid.Cli.Demo;
using Hybrid.Cli.Output;

namespace Hybrid.Cli.Commands;

internal static class DemoCommand
{
    public static Command Create()
    {
        Option<string> folder = SharedOptions.Data("The folder that the demo makes and keeps.", "./hybrid-demo");
        var seed = new Option<int>("--seed")
        {
            Description = "Seed of the synthetic shop.",
            HelpName = "n",
            DefaultValueFactory = _ => SyntheticShop.DefaultSeed,
            CustomParser = result => OptionValue.Whole(result),
        };
        Option<string?> model = SharedOptions.Model();
        var command = new ExampleCommand("demo", "Make a synthetic shop and show everything on it: import, encode, index, train, search, recommend.",
            "demo",
            "demo --data ./another-demo --seed 2")
        { folder, seed, model };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(folder)!;   // ! : it has a default
            string source = Path.Combine(path, "source");
            // The demo replaces what is in its folder: that must not be somebody's shop.
            if (HybridEngine.Exists(path) && !Directory.Exists(source))
                throw new UsageException($"{path} holds data that no demo made, and the demo would replace them: name another folder with --data.");
            int from = parsed.GetValue(seed);
            SyntheticShop shop = SyntheticShop.Generate(from);
            shop.WriteTo(source);
            Terminal.Note($"A synthetic shop, made by Hybrid with seed {from}: no real products, brands or people. Its files are in {source}.");

            var request = new ImportRequest { Items = [Path.Combine(source, "items.csv")], Events = [Path.Combine(source, "events.csv")] };
            return await DataFolder.UseAsync(DataFolder.Options(path, parsed.GetValue(model)), mayBeNew: true, async engine =>
            {
                await ImportCommand.RunAsync(engine, request, cancellationToken);
                await IndexCommand.RunAsync(engine, verify: false, cancellationToken);
                await TrainCommand.RunAsync(engine, cancellationToken);
                await new DemoTour(engine, shop, Console.Out).RunAsync(cancellationToken);
                return ExitCode.Done;
            }, cancellationToken);
        });
        return command;
    }
}
