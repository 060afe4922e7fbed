using System.CommandLine;
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
        var command = new ExampleCommand("similar", "More like this: the items whose text is nearest to an item's.",
            "similar P100",
            "similar P100 -k 5 --filter 'category == \"audio\"' --json")
        { item, count, filter, probes };
        QueryCommand.Configure(command, parsed => parsed.GetValue(item) is { } id
            ? new ItemQuery { Item = id, Count = parsed.GetValue(count), Filter = parsed.GetValue(filter), Probes = parsed.GetValue(probes) }
            : null, item, runner => runner.SimilarAsync);
        return command;
    }
}
