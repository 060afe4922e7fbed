using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Hybrid.Cli.Legacy;
using Hybrid.Cli.Output;
using Hybrid.Upkeep.Migration;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class MigrateInspectCommand
{
    private sealed record Report(string Source, VectorReport Vectors, IReadOnlyList<string> Failed);

    public static ExampleCommand Create()
    {
        var source = new Argument<string>("source")
        {
            Description = "A file of word2vec (text or binary, as gensim exports), GloVe, CSV, JSON or Parquet with a column of vectors, or .npy with --ids; "
                + $"or {LegacySource.Servers}.",
        };
        var ids = new Option<string?>("--ids") { Description = "The ids of an .npy file's rows: one a line, or .npy.", HelpName = "file" };
        var idColumn = new Option<string?>("--id-column") { Description = "The column of the ids in a table. Default: id, key, item, …", HelpName = "name" };
        var vectorColumn = new Option<string?>("--vector-column")
        {
            Description = "The column of the vectors in a table. Default: vector, embedding, …",
            HelpName = "name",
        };
        var failOn = new Option<string[]>("--fail-on")
        {
            Description = $"End with 3 where a fault has more than a share of the rows, \"not-finite,unknown=0.1\" (without a share: any): "
                + $"{string.Join(", ", VectorReport.Faults)}.",
            HelpName = "fault[=share],…",
            CustomParser = ReadFaults,
            DefaultValueFactory = _ => [],
        };
        Option<string> folder = SharedOptions.Data("The data folder whose catalogue the keys are compared with, if it is there.");
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("inspect", "Look through a file of vectors: keys, lengths, faults, and how it fits the catalogue.",
            "migrate inspect vectors.bin",
            "migrate inspect redis://127.0.0.1:6379/vectors",
            "migrate inspect embeddings.npy --ids ids.txt --fail-on not-finite,duplicates,unknown=0.1 --json")
        { source, ids, idColumn, vectorColumn, failOn, folder, json };
        foreach (Option<string?> option in (Option<string?>[])[ids, idColumn, vectorColumn])
            option.Validators.Add(OptionValue.RequireName);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(source)!;   // ! : it is required
            var reading = new LegacyReading
            {
                Ids = parsed.GetValue(ids),
                IdColumn = parsed.GetValue(idColumn),
                VectorColumn = parsed.GetValue(vectorColumn),
            };
            string data = parsed.GetValue(folder)!;   // ! : it has a default
            await using HybridEngine? engine = HybridEngine.Exists(data)
                ? await HybridEngine.OpenAsync(DataFolder.Options(data), cancellationToken: cancellationToken) : null;
            VectorReport report = await Terminal.RunAsync($"Reading {path}", 0, null, progress => Task.Run(() =>
                VectorInspection.Of(LegacySource.Read(path, reading, cancellationToken), engine?.Records, progress, cancellationToken), cancellationToken));
            string[] failed = [.. parsed.GetValue(failOn)!.Select(fault => Fails(report, fault, data)).OfType<string>()];   // ! : it has a default
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(new Report(path, report, failed));
            else
                Write(report);
            foreach (string fault in failed)
                Terminal.Error(fault);
            return failed.Length == 0 ? ExitCode.Done : ExitCode.BadInput;
        });
        return command;
    }

    private static string? Fails(VectorReport report, string given, string data)
    {
        string[] parts = given.Split('=');
        double most = parts.Length > 1 ? double.Parse(parts[1], CultureInfo.InvariantCulture) : 0;
        if (report.ShareOf(parts[0]) is not { } share)
            throw new UsageException($"--fail-on {parts[0]} compares with a catalogue, and there is none in {data}: name the folder with --data.");
        return share > most ? string.Create(CultureInfo.InvariantCulture, $"{parts[0]}: {share:P2}, and {most:P2} is allowed.") : null;
    }

    private static string[] ReadFaults(ArgumentResult result)
    {
        const StringSplitOptions parted = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] faults = [.. result.Tokens.SelectMany(token => token.Value.Split(',', parted))];
        foreach (string fault in faults)
        {
            string[] parts = fault.Split('=');
            bool isShare = parts.Length == 1 || (parts.Length == 2
                && double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share) && share <= 1);
            if (!VectorReport.Faults.Contains(parts[0]) || !isShare)
            {
                result.AddError($"--fail-on takes faults with a share of 0 to 1 or none, such as unknown=0.1, not '{fault}': "
                    + $"{string.Join(", ", VectorReport.Faults)}.");
            }
        }
        return faults;
    }

    private static void Write(VectorReport report)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("what", "rows", "note");
        table.Columns[1].RightAligned();
        Row("rows", report.Rows, $"{report.KeyType} keys");
        foreach ((int dimension, long rows) in report.Dimensions)
            Row($"{dimension} numbers", rows, report.Mixed > 0 ? "lengths are mixed" : "");
        Row("length 1", report.UnitRows, string.Create(CultureInfo.InvariantCulture,
            $"lengths {report.LeastNorm:G4} to {report.GreatestNorm:G4}, mean {report.MeanNorm:G4}; length of the mean {report.NormOfMean:F3}"));
        Row("zeros", report.Zeros, "");
        Row("not finite", report.NotFinite, "");
        Row("key twice", report.Duplicates, First(report.FirstDuplicate));
        Row("no id", report.NotIds, First(report.FirstNotId));
        Row("one id with another", report.Merged, First(report.FirstMerged));
        if (report is { Known: { } known, CatalogItems: { } items, WithText: { } withText })
        {
            Row("in the catalogue", known, $"of {items:N0} items");
            Row("without text", report.Rows - withText, "");
        }
        ResultTable.Write(table);

        void Row(string what, long rows, string note) =>
            table.AddRow(what, rows.ToString("N0", CultureInfo.InvariantCulture), ResultTable.Cell(note));

        static string First(string? key) => key is null ? "" : $"such as '{key}'";
    }
}
