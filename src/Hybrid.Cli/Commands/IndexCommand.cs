using System.CommandLine;
using Hybrid.Cli.Output;
using Hybrid.Indexing;

namespace Hybrid.Cli.Commands;

internal static class IndexCommand
{
    public static Command Create()
    {
        var verify = new Option<bool>("--verify")
        {
            Description = "Compare every row of the index with the items first: for a folder of which a part was put back from a copy.",
        };
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<string?> model = SharedOptions.Model();
        Option<string?> adapter = SharedOptions.Adapter();
        Option<int?> dimension = SharedOptions.Dimension();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("index", "Encode the imported items and make them searchable; only what changed since the last time.",
            "index",
            "index --data ./my-shop --verify --json",
            "index --model ./my-encoder --dimension 256",
            "index --adapter adapter-1")
        { verify, folder, store, model, adapter, dimension, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string data = parsed.GetValue(folder)!;   // ! : it has a default
            HybridOptions options = DataFolder.Options(data, SharedOptions.ModelOf(parsed, model, adapter, data), StoreOption.Of(parsed, store),
                parsed.GetValue(dimension));
            return await DataFolder.UseAsync(options, mayBeNew: false, async engine =>
            {
                IndexReport report = await RunAsync(engine, parsed.GetValue(verify), cancellationToken);
                if (parsed.GetValue(json))
                    JsonOutput.WriteLine(report);
                return ExitCode.Done;
            }, cancellationToken);
        });
        return command;
    }

    public static async Task<IndexReport> RunAsync(HybridEngine engine, bool verify, CancellationToken cancellationToken)
    {
        IndexReport report = await Terminal.RunAsync("Encoding and indexing", engine.NotIndexed, "What was encoded is kept; `hybrid index` goes on from there.",
            progress => engine.IndexAsync(verify, progress, cancellationToken));
        string counts = $"{report.Encoded:N0} encoded, {report.Refreshed:N0} refreshed, {report.Unchanged:N0} unchanged, {report.Removed:N0} removed";
        string taken = report.TakenOver > 0 ? $" ({report.TakenOver:N0} with the vector of an older version)" : "";
        Terminal.Note($"{report.Items:N0} items in {report.Collection}: {counts}{taken}.");
        if (report.TooLong > 0)
        {
            string are = report.Encoded == 1 ? "text is" : report.TooLong == 1 ? "texts is" : "texts are";
            Terminal.Note($"{report.TooLong:N0} of {report.Encoded:N0} {are} longer than {report.MaxTokens} tokens; what comes later in "
                + $"{(report.TooLong == 1 ? "it" : "them")} is not searched.");
        }
        return report;
    }
}
