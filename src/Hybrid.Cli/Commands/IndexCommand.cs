using System.CommandLine;
using Hybrid.Cli.Output;
using Hybrid.Indexing;
using Hybrid.Recommending;

namespace Hybrid.Cli.Commands;

internal static class IndexCommand
{
    public static Command Create()
    {
        Option<string> folder = SharedOptions.Data();
        Option<string?> model = SharedOptions.Model();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("index", "Encode the imported items and make them searchable; only what changed since the last time.",
            "index",
            "index --data ./my-shop --json")
        { folder, model, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using HybridData data = DataFolder.OpenExisting(parsed.GetValue(folder)!, parsed.GetValue(model));   // ! : it has a default
            IndexReport report = await RunAsync(data, cancellationToken);
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(report);
            return ExitCode.Done;
        });
        return command;
    }

    public static async Task<IndexReport> RunAsync(HybridData data, CancellationToken cancellationToken)
    {
        if (data.Catalog.ItemCount == 0)
            throw new InvalidOperationException($"There are no items in {data.Options.DataPath}: run `hybrid import --items items.csv` first.");
        IndexReport report = await Terminal.RunAsync("Encoding and indexing", data.Catalog.ItemCount, progress => data.IndexAsync(progress, cancellationToken));
        Terminal.Note($"{report.Items:N0} items in {report.Collection}: {report.Encoded:N0} encoded, {report.Refreshed:N0} refreshed, {report.Unchanged:N0} unchanged, {report.Removed:N0} removed.");
        Terminal.NoteUnknownTexts(data.Encoder);
        return report;
    }
}
