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
        var language = new Option<string>("--lang")
        {
            Description = $"The language of the shop: en, or zh, which is encoded by {ShopLanguage.Chinese.Model} and found in both.",
            HelpName = "en|zh",
            DefaultValueFactory = _ => "en",
            CustomParser = result => OptionValue.Word(result, "en", "zh"),
        };
        Option<string?> model = SharedOptions.Model("that of the language");
        var command = new ExampleCommand("demo", "Make a synthetic shop and show everything on it: import, encode, index, train, search, recommend.",
            "demo",
            "demo --lang zh",
            "demo --data ./another-demo --seed 2")
        { folder, language, seed, model };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(folder)!;   // ! : it has a default
            string source = Path.Combine(path, "source");
            // The demo replaces what is in its folder: that must not be somebody's shop.
            if (HybridEngine.Exists(path) && !Directory.Exists(source))
                throw new UsageException($"{path} holds data that no demo made, and the demo would replace them: name another folder with --data.");
            int from = parsed.GetValue(seed);
            ShopLanguage spoken = parsed.GetValue(language) == "zh" ? ShopLanguage.Chinese : ShopLanguage.English;
            SyntheticShop shop = SyntheticShop.Generate(from, spoken);
            shop.WriteTo(source);
            Terminal.Note($"A synthetic shop, made by Hybrid with seed {from}: no real products, brands or people. Its files are in {source}.");

            // The shops of the two languages have not as many items: one takes the other's place.
            var request = new ImportRequest
            {
                Items = [Path.Combine(source, "items.csv")],
                Events = [Path.Combine(source, "events.csv")],
                Replace = true,
            };
            return await DataFolder.UseAsync(DataFolder.Options(path, parsed.GetValue(model) ?? spoken.Model), mayBeNew: true, async engine =>
            {
                await ImportCommand.RunAsync(engine, request, cancellationToken);
                await IndexCommand.RunAsync(engine, verify: false, cancellationToken);
                await TrainCommand.RunAsync(engine, cancellationToken);
                await new DemoTour(engine, shop, spoken, Console.Out).RunAsync(cancellationToken);
                return ExitCode.Done;
            }, cancellationToken);
        });
        return command;
    }
}
