using System.CommandLine;
using System.Globalization;
using Hybrid.Behavior.Words;
using Hybrid.Cli.Output;
using Hybrid.Cli.Queries;
using Hybrid.Vectors;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class AlignCommand
{
    private sealed record Report(string Source, string Target, string Space, string Map, int Shared, int Judged, double Residual, double Agreement,
        double SharedAnyway, double Chance, double? Penalty, int? Rank, IReadOnlyList<AlignmentBand> Bands, string? Out);

    private static readonly (string Name, SpaceMapKind Kind)[] Maps =
    [
        ("auto", SpaceMapKind.Auto), ("none", SpaceMapKind.None), ("rotation", SpaceMapKind.Rotation), ("ridge", SpaceMapKind.Ridge),
        ("low-rank", SpaceMapKind.LowRank),
    ];

    public static Command Create()
    {
        var a = new Argument<string>("a")
        {
            Description = "The space to lead from: a file of vectors, behavior:FOLDER (or behavior:MODEL.bin), or text:FOLDER.",
        };
        var b = new Argument<string>("b") { Description = "The space to lead into, likewise; keys that are in both are what is fitted on." };
        var map = new Option<string>("--map")
        {
            Description = $"How: {string.Join(", ", Maps.Select(one => one.Name))}. auto takes what agrees best with pairs that were held out.",
            HelpName = "map",
            DefaultValueFactory = _ => Maps[0].Name,
            CustomParser = result => OptionValue.Word(result, [.. Maps.Select(one => one.Name)]),
        };
        var uncentred = new Option<bool>("--not-centred") { Description = "Leave the means of both spaces in; a rotation then changes no cosine." };
        var leastPairs = new Option<int>("--least-pairs")
        {
            Description = "Refuse to fit on fewer; 5000 where the vectors are of queries, from which single items are to be found.",
            HelpName = "n",
            DefaultValueFactory = _ => SpaceAlignment.LeastPairs,
            CustomParser = result => OptionValue.Whole(result, SpaceAlignment.LeastPairs),
        };
        var output = new Option<string?>("--out") { Description = "Write all vectors of A, led into B, to this file (word2vec, binary).", HelpName = "file" };
        output.Validators.Add(OptionValue.RequireName);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("align", "Lead the vectors of one space into another, and say how well they agree there with the true ones.",
            "align text:hybrid-data behavior:hybrid-data --map ridge",
            "align old.bin new.bin --map rotation --out old-in-new.bin",
            "align behavior:hybrid-data/item2vec-1f00aa.bin behavior:hybrid-data --json")
        { a, b, map, uncentred, leastPairs, output, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            NamedVectors source = await NamedVectors.ReadAsync(parsed.GetValue(a)!, cancellationToken);   // ! : both are required
            NamedVectors target = await NamedVectors.ReadAsync(parsed.GetValue(b)!, cancellationToken);
            var options = new AlignmentOptions
            {
                Kind = Maps.First(one => one.Name == parsed.GetValue(map)).Kind,
                Centre = !parsed.GetValue(uncentred),
                LeastPairs = parsed.GetValue(leastPairs),
            };
            if (Math.Max(source.Space.Dimension, target.Space.Dimension) > SpacePairs.MostDimension)
                throw new UsageException($"Vectors of more than {SpacePairs.MostDimension:N0} floats are not aligned: {source.Space}, {target.Space}.");
            if (options.Kind == SpaceMapKind.None && source.Space.Dimension != target.Space.Dimension)
                throw new UsageException($"--map none: {source.Space} and {target.Space} have vectors of different lengths.");
            SpacePairs pairs = source.PairsWith(target)
                ?? throw new AlignmentException($"{source.Space} and {target.Space} share no key: are the keys of both the same ids?");
            (SpaceMap fitted, AlignmentReport report) = await Terminal.RunAsync("Aligning", 0, null,
                _ => Task.Run(() => SpaceAlignment.Fit(pairs, options, cancellationToken), cancellationToken));
            string? file = parsed.GetValue(output);
            if (file is not null)
            {
                new WordVectors(source.Vectors.Keys, fitted.Apply(source.Vectors.Vectors), fitted.Dimension)
                    .Save(file, WordVectorFormat.Word2VecBinary, cancellationToken);
            }
            string kind = Maps.First(one => one.Kind == report.Kind).Name;
            if (parsed.GetValue(json))
            {
                JsonOutput.WriteLine(new Report(source.Space.ToString(), target.Space.ToString(), fitted.Space.ToString(), kind, report.Shared, report.Judged,
                    report.Residual, report.Agreement, report.SharedAnyway, report.Chance, report.Penalty, report.Rank, report.Bands, file));
                return ExitCode.Done;
            }
            Console.Out.WriteLine($"{source.Space} → {target.Space}: {kind}, {report.Shared:N0} shared, {report.Judged:N0} judged, each held out.");
            Write(report);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(AlignmentReport report)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("items", "judged", "residual", "agreement@10", "shared anyway", "chance");
        foreach (int column in Enumerable.Range(1, 5))
            table.Columns[column].RightAligned();
        foreach (AlignmentBand band in report.Bands.Append(new AlignmentBand("all", report.Judged, report.Residual, report.Agreement, report.SharedAnyway)))
        {
            table.AddRow(band.Name, band.Judged.ToString("N0", CultureInfo.InvariantCulture), Number(band.Residual), Number(band.Agreement),
                Number(band.SharedAnyway), Number(report.Chance));
        }
        ResultTable.Write(table);
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
