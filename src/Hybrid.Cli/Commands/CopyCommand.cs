using System.CommandLine;
using Hybrid.Cli.Output;
using Hybrid.Indexing;

namespace Hybrid.Cli.Commands;

internal static class CopyCommand
{
    public static Command Create()
    {
        var from = new Option<string>("--from")
        {
            Description = $"The store that has the index: '{StoreOption.Embedded}' (the data folder) or milvus://host[:port][/db].",
            HelpName = "store",
            DefaultValueFactory = _ => StoreOption.Embedded,
        };
        var to = new Option<string>("--to") { Description = "The store that gets it, likewise.", HelpName = "store", Required = true };
        var switches = new Option<bool>("--switch")
        {
            Description = "Lead readers of the other store to the copy when it is complete; it is used with --store, or HYBRID_STORE.",
        };
        Option<string> folder = SharedOptions.Data();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("copy",
            "Copy the index from one store to another, vectors and all: nothing is encoded again. After an interruption it goes on where it was; "
            + "a second copy writes what has changed. At the end both are read and compared.",
            "copy --to milvus://localhost:19530/shop --switch",
            "copy --from milvus://root@db.example.com/shop --to embedded --data ./my-shop")
        { from, to, switches, folder, json };
        from.Validators.Add(OptionValue.RequireName);
        to.Validators.Add(OptionValue.RequireName);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            ExternalStore? source = StoreOption.Read(parsed.GetValue(from)!, from.Name);   // ! : it has a default
            ExternalStore? target = StoreOption.Read(parsed.GetValue(to)!, to.Name);   // ! : it is required
            if (source?.Name == target?.Name)
                throw new UsageException($"--from and --to are one store, {source?.Name ?? StoreOption.Embedded}: name two.");
            // Not as a store that is only read: what is copied is copied for the records.
            HybridOptions options = DataFolder.Options(parsed.GetValue(folder)!, store: source);   // ! : it has a default
            DataFolder.RequireRecords(options);
            await using HybridEngine engine = await DataFolder.OpenAsync(options, cancellationToken);
            CopyReport report = await RunAsync(engine, target, parsed.GetValue(switches), cancellationToken);
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(report);
            return ExitCode.Done;
        });
        return command;
    }

    private static async Task<CopyReport> RunAsync(HybridEngine engine, ExternalStore? target, bool switches, CancellationToken cancellationToken)
    {
        long rows = engine.Records.ItemCount - engine.NotIndexed;
        if (target is not null && rows >= CollectionCopy.RowsWorthLoading)
            Terminal.Note("Into a new collection: when all rows are in, the server makes the index, which may take minutes. Nothing seems to move meanwhile.");
        // Every row is compared twice.
        CopyReport report = await Terminal.RunAsync("Copying and comparing", 2 * rows,
            "What was copied is kept; the same command goes on from there.",
            progress => engine.CopyAsync(target, switches, progress, cancellationToken));
        string where = target?.Name ?? "the data folder";
        Terminal.Note($"{report.From} is {report.To} in {where}: {report.Copied:N0} rows written, {report.Unchanged:N0} there already, "
            + $"{report.Removed:N0} removed; "
            + $"all {report.Rows:N0} rows of both are the same (checksum {report.Checksum}).");
        Terminal.Note(report.IsInUse ? $"Who opens this folder with --store {(target is null ? StoreOption.Embedded : "and that server")} has it."
            : "Nobody reads it yet: copy with --switch to lead readers there.");
        return report;
    }
}
