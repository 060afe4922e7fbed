using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Output;
using Hybrid.Indexing;

namespace Hybrid.Cli.Commands;

internal static class TuneIndexCommand
{
    public static Command Create()
    {
        var recall = new Option<double?>("--recall")
        {
            Description = "The share of the nearest items that a search is to find, above 0 and below 1; as measured on the collection's own vectors.",
            HelpName = "x",
            CustomParser = result => OptionValue.Real(result),
        };
        var byDefault = new Option<bool>("--default") { Description = "Back to what a new index has: .99, and every item while they are few." };
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("tune-index", "Say how many of the nearest items a search is to find; fewer take less time.",
            "tune-index --recall 0.98",
            "tune-index --default --data ./my-shop")
        { recall, byDefault, folder, store, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            double? asked = parsed.GetValue(recall);
            if (asked is null != parsed.GetValue(byDefault))
                throw new UsageException("Say one of --recall (such as 0.98) and --default.");
            if (asked is not (null or (> 0 and < 1)))
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--recall is {asked}: a recall is above 0 and below 1."));
            // ! : it has a default.
            return await DataFolder.UseAsync(DataFolder.Options(parsed.GetValue(folder)!, null, StoreOption.Of(parsed, store)), mayBeNew: false, async engine =>
            {
                IndexDescription index = await Terminal.RunAsync("Measuring", 0, "The index is as it was before.",
                    _ => engine.TuneIndexAsync(asked, cancellationToken));
                if (parsed.GetValue(json))
                    JsonOutput.WriteLine(index);
                else
                    Terminal.Note(Describe(index));
                return ExitCode.Done;
            }, cancellationToken);
        });
        return command;
    }

    private static string Describe(IndexDescription index) => index.TargetRecall == 1
        ? "Every item is looked at."
        : string.Create(CultureInfo.InvariantCulture, $"{index.Probes:N0} of {index.Cells:N0} cells are visited for a recall of {index.TargetRecall}.");
}
