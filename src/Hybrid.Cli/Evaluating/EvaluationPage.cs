using System.Globalization;
using System.Net;
using System.Text;
using Hybrid.Catalog;
using Hybrid.Cli.Measuring;
using Hybrid.Evaluation;

namespace Hybrid.Cli.Evaluating;

/// <summary>What was measured as one page of HTML that needs nothing beside it and can be printed.</summary>
internal static class EvaluationPage
{
    /// <param name="about">What was asked of whom, in a sentence.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string about, IReadOnlyList<SourceReport> sources, JudgeOptions options)
    {
        int first = options.Lengths[0];
        string metric = $"NDCG@{first}", found = sources[0].Judgement.Metrics.ContainsKey($"Cold@{first}") ? $"Cold@{first}" : $"HR@{first}";
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>How good the recommendations are</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; color: #111; background: #fff; max-width: 860px; margin: 2em auto; padding: 0 1em; }
            h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin: 2em 0 .3em; }
            table { border-collapse: collapse; font-size: 12px; }
            th, td { padding: .25em .6em; border-bottom: 1px solid #ccc; text-align: right; white-space: nowrap; }
            th:first-child, td:first-child { text-align: left; } .wide { overflow-x: auto; }
            figure { margin: 0; } svg { max-width: 100%; height: auto; } p { max-width: 46em; }
            @media print {
            body { max-width: none; margin: 0; font-size: 11pt; } section { break-inside: avoid; }
            .wide { overflow: visible; } table { font-size: 7.5pt; }
            }
            </style>
            </head>
            <body>
            <h1>How good the recommendations are</h1>
            <p>{{Text(about)}}</p>
            <p>{{Text(Machine.Here().ToString())}}</p>

            """);
        Section(page, "All figures", "± is half the 95 % interval of a bootstrap over shoppers.", Table(sources, options));
        Section(page, $"{metric} by source", "With 95 % intervals. How early what came next stands in the list: 1 would be first for everybody.",
            EvaluationPlots.WithIntervals(sources, metric));
        Section(page, $"{found} by source", $"With 95 % intervals. The share of shoppers for whom what came next is among the first {first}.",
            EvaluationPlots.WithIntervals(sources, found));
        string best = $"The best sources by {metric}; in brackets how many shoppers there are.";
        Section(page, "By length of the history", best,
            EvaluationPlots.ByGroup(sources, metric, "items in the history", judged => judged.ByHistory));
        Section(page, "By popularity of what came next", best + " cold: nobody has it in what was learned from; tail: up to 5; mid: up to 50; head: more.",
            EvaluationPlots.ByGroup(sources, metric, "shoppers who have the item", judged => judged.ByPopularity));
        Section(page, "Quality against latency", "Up and to the left is better. One caller; the axis of time is logarithmic.",
            EvaluationPlots.AgainstLatency(sources, metric));
        Section(page, "Coverage", $"The share of the catalogue that stands in anybody's first {first}.",
            EvaluationPlots.Bars(sources, $"Cov@{first}"));
        page.Append("</body>\n</html>\n");
        File.WriteAllText(path, page.ToString());
    }

    private static void Section(StringBuilder page, string title, string explanation, string content) => page.Append(CultureInfo.InvariantCulture,
        $"<section>\n<h2>{Text(title)}</h2>\n<p>{Text(explanation)}</p>\n<figure class=\"wide\">\n{content}\n</figure>\n</section>\n");

    private static string Table(IReadOnlyList<SourceReport> sources, JudgeOptions options)
    {
        string[][] rows = [.. EvaluationTable.Rows(sources, options)];
        string head = string.Concat(rows[0].Select(cell => $"<th>{Text(cell)}</th>"));
        return $"<table>\n<tr>{head}</tr>\n"
            + string.Concat(rows.Skip(1).Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td>{Text(cell)}</td>"))}</tr>\n")) + "</table>";
    }

    private static string Text(string text) => WebUtility.HtmlEncode(PlainText.Of(text));
}
