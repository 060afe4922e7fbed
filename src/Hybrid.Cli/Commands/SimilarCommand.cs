using System.CommandLine;
using Hybrid.Api.Reading;
using Hybrid.Cli.Queries;

namespace Hybrid.Cli.Commands;

internal static class SimilarCommand
{
    public static Command Create()
    {
        var item = new Argument<string?>("item") { Description = "The id of an item.", Arity = ArgumentArity.ZeroOrOne };
        Option<int> count = SharedOptions.Count(SearchQuery.MaxCount);
        Option<string?> filter = SharedOptions.Filter();
        Option<int?> probes = SharedOptions.Probes();
        Option<string?> exclude = SharedOptions.Exclude();
        Option<int> offset = SharedOptions.Offset();
        Option<float?> minScore = SharedOptions.MinScore();
        Option<string?> groupBy = SharedOptions.GroupBy();
        Option<string?> segment = SharedOptions.Segment();
        Option<bool> explain = SharedOptions.ExplainSearch();
        var command = new ExampleCommand("similar", "More like this: the items whose text is nearest to an item's.",
            "similar P100",
            "similar P100 -k 5 --filter 'category == \"audio\"' --json")
        { item, count, filter, exclude, offset, minScore, groupBy, segment, probes, explain };
        QueryCommand.Configure(command, parsed => parsed.GetValue(item) is { } id
            ? new ItemQuery
            {
                Item = id,
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
            : null, item, runner => runner.SimilarAsync);
        return command;
    }
}
