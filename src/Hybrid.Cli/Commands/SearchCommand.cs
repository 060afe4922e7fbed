using System.CommandLine;
using Hybrid.Api.Reading;
using Hybrid.Cli.Queries;

namespace Hybrid.Cli.Commands;

internal static class SearchCommand
{
    public static Command Create()
    {
        var text = new Argument<string?>("text") { Description = "What to look for, in words.", Arity = ArgumentArity.ZeroOrOne };
        Option<int> count = SharedOptions.Count(SearchQuery.MaxCount);
        Option<string?> filter = SharedOptions.Filter();
        Option<int?> probes = SharedOptions.Probes();
        Option<string?> exclude = SharedOptions.Exclude();
        Option<int> offset = SharedOptions.Offset();
        Option<float?> minScore = SharedOptions.MinScore();
        Option<string?> groupBy = SharedOptions.GroupBy();
        Option<string?> segment = SharedOptions.Segment();
        Option<bool> explain = SharedOptions.ExplainSearch();
        var command = new ExampleCommand("search", "Find items by what their text means.",
            "search \"waterproof running shoes\"",
            "search \"gift for a coffee lover\" -k 5 --filter 'price < 30 and in_stock == true'",
            "search --batch queries.jsonl > results.jsonl")
        { text, count, filter, exclude, offset, minScore, groupBy, segment, probes, explain };
        QueryCommand.Configure(command, parsed => parsed.GetValue(text) is { } words
            ? new TextQuery
            {
                Text = words,
                Count = parsed.GetValue(count),
                Filter = parsed.GetValue(filter),
                Probes = parsed.GetValue(probes),
                Exclude = parsed.GetValue(exclude) is { } ids ? IdListConverter.Split(ids) : null,
                Offset = parsed.GetValue(offset) is > 0 and var passed ? passed : null,
                MinScore = parsed.GetValue(minScore),
                GroupBy = parsed.GetValue(groupBy),
                Segment = parsed.GetValue(segment),
                Explain = parsed.GetValue(explain),
            }
            : null, text, runner => runner.SearchAsync);
        return command;
    }
}
