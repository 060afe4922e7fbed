using System.CommandLine;
using System.Globalization;
using Hybrid.Cli.Evaluating;
using Hybrid.Cli.Output;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;
using Spectre.Console;

namespace Hybrid.Cli.Commands;

internal static class MigrateAlphasCommand
{
    private const string Ndcg = "NDCG@10";

    private sealed record Row(string Form, double Alpha, double Inner, MetricValue Ndcg, MetricValue? BeforeText, bool IsChosen);

    private sealed record Report(string Legacy, int Users, int Items, int WithLegacy, IReadOnlyList<Row> Rows);

    public static ExampleCommand Create()
    {
        var data = new EvaluationOptions();
        var legacy = new Option<string?>("--legacy")
        {
            Description = "A file of the vectors that the shop has. It must know nothing of what is asked for; default: Item2Vec, trained on what is not "
                + "asked for.",
            HelpName = "file",
        };
        var ids = new Option<string?>("--ids") { Description = "The ids of an .npy file's rows.", HelpName = "file" };
        var alphas = new Option<double[]>("--alphas")
        {
            Description = "How much the text counts, commas between.",
            HelpName = "x,x",
            DefaultValueFactory = _ => [0, 0.3, 0.5, 0.7, 1],
            CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',')).Select(text =>
            {
                if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double alpha) || alpha is not (>= 0 and <= 1))
                    result.AddError($"--alphas takes numbers of 0 to 1, not '{text}'.");
                return alpha;
            })],
        };
        var knobs = new Option<string?>("--knobs")
        {
            Description = "How Item2Vec is trained (behavior) and how much older items of a history count (text), as `hybrid tune` writes it.",
            HelpName = "file",
        };
        Option<string?> model = SharedOptions.Model(Encoding.ModelFolder.DefaultName);
        Option<bool> json = SharedOptions.Json();
        var command = new ExampleCommand("alphas",
            "Measure blends of text and old vectors by what they do to recommendations: NDCG@10 for each alpha and form, on events that are held out.",
            "migrate alphas --items items.csv --events events.csv",
            "migrate alphas --legacy vectors.bin --alphas 0,0.5,1 --json")
        { legacy, ids, alphas, knobs, model, json };
        foreach (Option<string?> option in (Option<string?>[])[legacy, ids, knobs])
            option.Validators.Add(OptionValue.RequireName);
        data.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            (EvaluationFiles files, Split split) = await data.ReadAsync(parsed, cancellationToken);
            JudgeOptions judging = data.JudgingOf(parsed);
            if (!judging.Lengths.Contains(10))
                throw new UsageException("--k: the blends are judged at 10.");
            await using TextVectors texts = await TextVectors.EncodeAsync(files, parsed.GetValue(model), cancellationToken);
            string? file = parsed.GetValue(legacy);
            LegacyRows? given = file is null ? null : LegacyRows.Read(file, new LegacyReading { Ids = parsed.GetValue(ids) }, files.Log, cancellationToken);
            SourceKnobs fitting = parsed.GetValue(knobs) is { } knobFile ? KnobFile.Read(knobFile) : new SourceKnobs();
            double[] asked = parsed.GetValue(alphas)!;   // ! : it has a default
            Report report = await Terminal.RunAsync("Blending and judging", 0, null, _ => Task.Run(() =>
            {
                Split inner = split.Inner();
                Blends outer = new(split, texts.Texts, given ?? LegacyRows.Train(split.Train, fitting, cancellationToken), fitting.Text, judging);
                Blends within = new(inner, texts.Texts, given ?? LegacyRows.Train(inner.Train, fitting, cancellationToken), fitting.Text,
                    judging with { Resamples = 100 });
                return Measure(file ?? "item2vec", outer, within, asked, cancellationToken);
            }, cancellationToken));
            if (parsed.GetValue(json))
                JsonOutput.WriteLine(report);
            else
                Write(report);
            return ExitCode.Done;
        });
        return command;
    }

    private static Report Measure(string legacy, Blends outer, Blends within, double[] alphas, CancellationToken cancellationToken)
    {
        var rows = new List<Row>();
        Judgement text = outer.Judge(BlendForm.Joined, 1, cancellationToken);
        foreach (BlendForm form in (BlendForm[])[BlendForm.Plain, BlendForm.Centred, BlendForm.Joined])
        {
            double[] inner = [.. alphas.Select(alpha => within.Judge(form, alpha, cancellationToken).Metrics[Ndcg].Value)];
            foreach ((int place, double alpha) in alphas.Index())
            {
                Judgement judged = outer.Judge(form, alpha, cancellationToken);
                rows.Add(new Row(form.ToString().ToLowerInvariant(), alpha, inner[place], judged.Metrics[Ndcg], outer.Ahead(judged, text),
                    inner[place] == inner.Max()));
            }
        }
        return new Report(legacy, outer.Users, outer.Items, outer.WithLegacy, rows);
    }

    private static void Write(Report report)
    {
        Console.Out.WriteLine($"{report.Users:N0} users asked, {report.Items:N0} items, {report.WithLegacy:N0} of them with a vector of {report.Legacy}.");
        Table table = new Table().Border(TableBorder.None).AddColumns("form", "alpha", "NDCG@10", "95 %", "before text alone", "inner split", "");
        foreach (int column in (int[])[1, 2, 3, 4, 5])
            table.Columns[column].RightAligned();
        foreach (Row row in report.Rows)
        {
            table.AddRow(row.Form, row.Alpha.ToString("0.##", CultureInfo.InvariantCulture), Number(row.Ndcg.Value), Interval(row.Ndcg),
                row.BeforeText is { } ahead ? Interval(ahead) : "", Number(row.Inner), row.IsChosen ? "chosen by the inner split" : "");
        }
        ResultTable.Write(table);
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Interval(MetricValue value) => string.Create(CultureInfo.InvariantCulture, $"{value.Low:F4} – {value.High:F4}");
}
