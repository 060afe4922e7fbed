using Hybrid.Cli.Output;
using Hybrid.Evaluation;
using Spectre.Console;
using static Hybrid.Cli.Output.ResultTable;

namespace Hybrid.Cli.Evaluating;

/// <summary>What was measured, for a person.</summary>
internal static class EvaluationTable
{
    public static void Write(IReadOnlyList<SourceReport> sources, JudgeOptions options)
    {
        string[][] rows = [.. Rows(sources, options)];
        Table table = OfNumbers(rows[0]);
        foreach (string[] row in rows.Skip(1))
            table.AddRow(row);
        ResultTable.Write(table);
    }

    /// <summary>The names of the columns, and then a row for each source.</summary>
    public static IEnumerable<string[]> Rows(IReadOnlyList<SourceReport> sources, JudgeOptions options)
    {
        string[] metrics = [.. Shown(options, sources[0].Judgement)];
        yield return ["source", .. metrics, "p50 ms", "p99 ms", "queries/s", "MB", "fit s"];
        foreach (SourceReport source in sources)
        {
            yield return
            [
                source.Source, .. metrics.Select(name => Format(source.Judgement.Metrics[name])),
                Number(source.P50, "F2"), Number(source.P99, "F2"), Number(source.QueriesPerSecond, "N0"), Number(source.MemoryMegabytes, "N0"),
                Number(source.FitSeconds, "F1"),
            ];
        }
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
        bool isCold = judgement.Metrics.ContainsKey($"Cold@{first}"), hasOneTarget = judgement.Metrics["MAP"].Value == judgement.Metrics["MRR"].Value;
        if (!isCold)
            yield return $"HR@{first}";
        foreach (int k in options.Lengths.Skip(hasOneTarget && !isCold ? 1 : 0))
            yield return isCold ? $"Cold@{k}" : $"Recall@{k}";
        foreach (string name in (string[])[$"NDCG@{first}", "MRR", "MAP", $"Cov@{first}", $"Novelty@{first}", $"Diversity@{first}", $"Gini@{first}"])
        {
            if (judgement.Metrics.ContainsKey(name) && (name != "MAP" || !hasOneTarget))
                yield return name;
        }
    }

    private static string Format(MetricValue metric) =>
        $"{Number(metric.Value, "F3")} ± {Number((metric.High - metric.Low) / 2, "F3")}";
}
