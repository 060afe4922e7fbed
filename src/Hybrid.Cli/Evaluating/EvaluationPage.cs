using Hybrid.Cli.Measuring;
using Hybrid.Cli.Output;
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
        var page = new HtmlPage("How good the recommendations are", about, Machine.Here().ToString());
        page.Section("All figures", "± is half the 95 % interval of a bootstrap over shoppers.", HtmlPage.Table(EvaluationTable.Rows(sources, options)));
        page.Section($"{metric} by source", "With 95 % intervals. How early what came next stands in the list: 1 would be first for everybody.",
            EvaluationPlots.WithIntervals(sources, metric));
        page.Section($"{found} by source", $"With 95 % intervals. The share of shoppers for whom what came next is among the first {first}.",
            EvaluationPlots.WithIntervals(sources, found));
        string best = $"The best sources by {metric}; in brackets how many shoppers there are.";
        page.Section("By length of the history", best,
            EvaluationPlots.ByGroup(sources, metric, "items in the history", judged => judged.ByHistory));
        page.Section("By popularity of what came next", best + " cold: nobody has it in what was learned from; tail: up to 5; mid: up to 50; head: more.",
            EvaluationPlots.ByGroup(sources, metric, "shoppers who have the item", judged => judged.ByPopularity));
        page.Section("Quality against latency", "Up and to the left is better. One caller; the axis of time is logarithmic.",
            EvaluationPlots.AgainstLatency(sources, metric));
        page.Section("Coverage", $"The share of the catalogue that stands in anybody's first {first}.",
            EvaluationPlots.Bars(sources, $"Cov@{first}"));
        page.Write(path);
    }
}
