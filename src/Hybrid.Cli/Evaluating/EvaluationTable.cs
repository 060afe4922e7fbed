using System.Globalization;
using Hybrid.Cli.Output;
using Hybrid.Evaluation;
using Spectre.Console;

namespace Hybrid.Cli.Evaluating;

/// <summary>What was measured, for a person.</summary>
internal static class EvaluationTable
{
    public static void Write(IReadOnlyList<SourceReport> sources, JudgeOptions options)
    {
        string[] metrics = [.. Shown(options, sources[0].Judgement)];
        Table table = new Table().Border(TableBorder.Markdown).AddColumns(
            ["source", .. metrics, "p50 ms", "p99 ms", "queries/s", "MB", "fit s"]);
        foreach (TableColumn column in table.Columns.Skip(1))
            column.RightAligned();
        foreach (SourceReport source in sources)
        {
            table.AddRow(
            [
                source.Source, .. metrics.Select(name => Format(source.Judgement.Metrics[name])),
                Number(source.P50, "F2"), Number(source.P99, "F2"), Number(source.QueriesPerSecond, "N0"), Number(source.MemoryMegabytes, "N0"),
                Number(source.FitSeconds, "F1"),
            ]);
        }
        ResultTable.Write(table);
    }

    public static void Write(string a, string b, Comparison comparison)
    {
        Table table = new Table().Border(TableBorder.Markdown).AddColumns("metric", "A", "B", "A ahead by", "more than chance");
        foreach ((string name, MetricValue ahead) in comparison.Ahead)
        {
            table.AddRow(name, Format(comparison.A.Metrics[name]), Format(comparison.B.Metrics[name]), Format(ahead),
                ahead.Low > 0 ? "A is better" : ahead.High < 0 ? "B is better" : "no");
        }
        Console.Out.WriteLine($"A: {Catalog.PlainText.Of(a)}  B: {Catalog.PlainText.Of(b)}");
        ResultTable.Write(table);
    }

    /// <summary>Where every user has one target, Recall is HR and MAP is MRR.</summary>
    private static IEnumerable<string> Shown(JudgeOptions options, Judgement judgement)
    {
        int first = options.Lengths[0];
        yield return $"HR@{first}";
        bool hasOneTarget = judgement.Metrics["MAP"].Value == judgement.Metrics["MRR"].Value;
        foreach (int k in options.Lengths.Skip(hasOneTarget ? 1 : 0))
            yield return $"Recall@{k}";
        foreach (string name in (string[])[$"NDCG@{first}", "MRR", "MAP", $"Cov@{first}", $"Novelty@{first}", $"Diversity@{first}", $"Gini@{first}"])
        {
            if (judgement.Metrics.ContainsKey(name) && (name != "MAP" || !hasOneTarget))
                yield return name;
        }
    }

    private static string Format(MetricValue metric) =>
        $"{Number(metric.Value, "F3")} ± {Number((metric.High - metric.Low) / 2, "F3")}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
