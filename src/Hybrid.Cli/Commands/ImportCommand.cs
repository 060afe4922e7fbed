using System.CommandLine;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;
using Hybrid.Cli.Output;

namespace Hybrid.Cli.Commands;

internal static class ImportCommand
{
    /// <summary>Bad rows shown one by one; the rest are in the rejects file.</summary>
    private const int RejectsShown = 20;

    public static Command Create()
    {
        var items = new Option<string[]>("--items")
        {
            Description = "Items, CSV, JSON or Parquet, also in gzip or zip: files, folders, patterns like 'logs/*.csv'; - is standard input. "
                + "Together they are the catalogue.",
            HelpName = "file …",
            AllowMultipleArgumentsPerToken = true,
        };
        items.Validators.Add(OptionValue.RequireName);
        var events = new Option<string[]>("--events") { Description = "Events, likewise.", HelpName = "file …", AllowMultipleArgumentsPerToken = true };
        events.Validators.Add(OptionValue.RequireName);
        var reading = new ReadingOptions();
        var kinds = new KindOptions();
        var strict = new Option<bool>("--strict") { Description = "Stop at a bad row with nothing changed, instead of leaving it out." };
        var merge = new Option<bool>("--merge")
        {
            Description = "Add and update; keep what the files do not have. Without it they replace the catalogue or the log.",
        };
        var replace = new Option<bool>("--replace")
        {
            Description = "Replace the catalogue although that removes more than a tenth of it.",
        };
        var acceptRejects = new Option<bool>("--accept-rejects")
        {
            Description = "Replace what there is although more than a tenth of the rows cannot be used.",
        };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Only say what each column becomes, what the first ten rows are and what would be left out; the data folder is not touched.",
        };
        var index = new Option<bool>("--index") { Description = "Index the items afterwards." };
        var train = new Option<bool>("--train") { Description = "Train on the events afterwards." };
        Option<string> folder = SharedOptions.Data();
        Option<string?> store = StoreOption.Create();
        Option<string?> model = SharedOptions.Model();
        Option<int?> dimension = SharedOptions.Dimension();
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("import", "Read items and events into the data folder; it is made when it is not there.",
            "import --items items.csv --events events.csv --index --train",
            "import --items shopify-products.csv --dry-run",
            "import --items products.csv.gz --map title=name,price=unit_price --strict",
            "import --items today.csv --merge",
            "import --items - < items.jsonl")
        { items, events, strict, merge, replace, acceptRejects, dryRun, index, train, folder, store, model, dimension, json };
        reading.AddTo(command);
        kinds.AddTo(command);
        command.Validators.Add(result =>
        {
            string[] paths = [.. result.GetValue(items) ?? [], .. result.GetValue(events) ?? []];
            if (paths.Length == 0)
                result.AddError("There is nothing to import: give --items, --events or both.");
            if (paths.Count(file => file == StandardInput.Path) > 1)
                result.AddError("Standard input can be one file only.");
            if (result.GetValue(merge) && result.GetValue(replace))
                result.AddError("--merge keeps what the files do not have, and --replace removes it: give one of them.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new ImportRequest
            {
                Items = parsed.GetValue(items) ?? [],
                Events = parsed.GetValue(events) ?? [],
                ReadOptions = reading.Of(parsed) with { MinRating = kinds.MinRatingOf(parsed) },
                Strict = parsed.GetValue(strict),
                Merge = parsed.GetValue(merge),
                Replace = parsed.GetValue(replace),
                AcceptsRejects = parsed.GetValue(acceptRejects),
            };
            if (parsed.GetValue(dryRun))
                return await PreviewAsync(request, parsed.GetValue(json), cancellationToken);
            HybridOptions options = kinds.Apply(parsed, DataFolder.Options(parsed.GetValue(folder)!, parsed.GetValue(model), StoreOption.Of(parsed,
                store), parsed.GetValue(dimension)));   // ! : it has a default
            return await DataFolder.UseAsync(options, mayBeNew: true, async engine =>
            {
                ImportReport report = await RunAsync(engine, request, cancellationToken);
                if (parsed.GetValue(json))
                    JsonOutput.WriteLine(report);
                if (parsed.GetValue(index))
                    await IndexCommand.RunAsync(engine, verify: false, cancellationToken);
                if (parsed.GetValue(train))
                    await TrainCommand.RunAsync(engine, cancellationToken);
                return ExitCode.Done;
            }, cancellationToken);
        });
        return command;
    }

    public static async Task<ImportReport> RunAsync(HybridEngine engine, ImportRequest request, CancellationToken cancellationToken)
    {
        ImportReport report = await Terminal.RunAsync("Importing", 0, "Nothing was imported.", progress =>
            engine.ImportAsync(request, ShowFirst(), progress, cancellationToken));
        foreach (FileColumns file in report.Files)
            ColumnTable.Note(file);
        if (report.Items is { } items)
        {
            string repeated = items.Repeated > 0 ? $"; ids came again in {items.Repeated:N0} rows, and the last row of each was taken" : "";
            Terminal.Note($"Items: {items.Added:N0} new, {items.Changed:N0} changed, {items.Unchanged:N0} unchanged, {items.Removed:N0} removed{repeated}.");
        }
        else if (request.Items.Count > 0)
        {
            Terminal.Note("Items: the files have no rows, so the catalogue stays as it was.");
        }
        if (report.Events is { } events)
        {
            string unknown = events.OnUnknownItems switch
            {
                0 => "",
                1 => "; 1 is on an item that the catalogue does not have, and is kept",
                _ => $"; {events.OnUnknownItems:N0} are on items that the catalogue does not have, and are kept",
            };
            string there = events.AlreadyThere > 0 ? $"; {events.AlreadyThere:N0} more there already" : "";
            Terminal.Note($"Events: {events.Added:N0} of {events.Users:N0} users{unknown}{there}.");
        }
        else if (request.Events.Count > 0)
        {
            Terminal.Note("Events: the files have no rows, so the log stays as it was.");
        }
        string where = report.RejectsFile is { } list ? $"; reasons and rows are in {list}" : "";
        NoteRejected(report.Rejected, report.Rejected == 1 ? "was left out" : "were left out", where);
        report.Notes.ToList().ForEach(Terminal.Note);
        return report;
    }

    private static async Task<int> PreviewAsync(ImportRequest request, bool json, CancellationToken cancellationToken)
    {
        ImportPreview preview = await Terminal.RunAsync("Reading", 0, null, progress =>
            Task.Run(() => HybridEngine.PreviewImport(request, ShowFirst(), progress, cancellationToken), cancellationToken));
        NoteRejected(preview.Rejected, "would be left out", "");
        preview.Notes.ToList().ForEach(Terminal.Note);
        if (json)
            JsonOutput.WriteLine(preview);
        else
            ColumnTable.Write(preview);
        return ExitCode.Done;
    }

    private static Action<RejectedRow> ShowFirst()
    {
        int shown = 0;
        return row =>
        {
            if (shown++ < RejectsShown)
                Terminal.Note(row.ToString());
        };
    }

    private static void NoteRejected(long count, string what, string where)
    {
        if (count == 0)
            return;
        string rows = count == 1 ? "1 row" : $"{count:N0} rows";
        string shownAbove = count > RejectsShown ? $", the first {RejectsShown} are above" : "";
        Terminal.Note($"{rows} {what}{shownAbove}{where}.");
    }
}
