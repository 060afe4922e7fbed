using System.CommandLine;
using Hybrid.Api.Reading;
using Hybrid.Cli.Queries;
using Hybrid.Recommending;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Commands;

internal static class RecommendCommand
{
    public static Command Create()
    {
        var text = new Option<string?>("--text", "-t") { Description = "Start from a text.", HelpName = "text" };
        var item = new Option<string?>("--item", "-i") { Description = "Start from an item.", HelpName = "id" };
        var user = new Option<string?>("--user", "-u") { Description = "Rerank by the last events of this user.", HelpName = "id" };
        var history = new Option<string?>("--history") { Description = "Rerank by these items instead, oldest first, commas between.", HelpName = "a,b,c" };
        var explain = new Option<bool>("--explain") { Description = "Say why each item is there." };
        var excludeSeen = new Option<bool?>("--exclude-seen")
        {
            Description = "Leave out everything that the user has had, or that --history names; default for --user (--exclude-seen false keeps it in).",
            HelpName = "true|false",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var source = new Option<string?>("--source")
        {
            Description = "Have one source answer alone, by the user, history or item: "
                + $"{string.Join(", ", SourceFitter.Names)}. Default: by text, reranked by recent behaviour.",
            HelpName = "name",
        };
        source.Validators.Add(OptionValue.RequireName);
        var mapNewItems = new Option<bool>("--map-new-items")
        {
            Description = "Score items that no one has touched by their texts, led into behaviour by the map that `train` fitted; otherwise they score 0.",
        };
        Option<int> count = SharedOptions.Count(HybridRecommender.MaxCount);
        Option<string?> filter = SharedOptions.Filter();
        Option<int?> probes = SharedOptions.Probes();
        Option<string?> exclude = SharedOptions.Exclude();
        Option<string?> groupBy = SharedOptions.GroupBy();
        Option<string?> segment = SharedOptions.Segment();
        var command = new ExampleCommand("recommend", "The best items for a query and a shopper: candidates by text, reranked by recent behaviour.",
            "recommend --text \"headphones\" --user S17 --explain",
            "recommend --item P100 --history P203,P305,P100 -k 5",
            "recommend --user S17 --filter 'in_stock == true'",
            "recommend --user S17 --source session-knn --explain",
            "recommend --batch queries.jsonl > results.jsonl")
        { text, item, user, history, source, excludeSeen, exclude, groupBy, segment, mapNewItems, count, filter, probes, explain };
        QueryCommand.Configure(command, parsed =>
        {
            var query = new UserQuery
            {
                Text = parsed.GetValue(text),
                Item = parsed.GetValue(item),
                User = parsed.GetValue(user),
                History = parsed.GetValue(history) is { } ids ? IdListConverter.Split(ids) : null,
                Count = parsed.GetValue(count),
                Filter = parsed.GetValue(filter),
                Probes = parsed.GetValue(probes),
                ExcludeSeen = parsed.GetValue(excludeSeen),
                Exclude = parsed.GetValue(exclude) is { } left ? IdListConverter.Split(left) : null,
                Source = parsed.GetValue(source),
                GroupBy = parsed.GetValue(groupBy),
                Segment = parsed.GetValue(segment),
                MapNewItems = parsed.GetValue(mapNewItems),
                Explain = parsed.GetValue(explain),
            };
            return query is { Text: null, Item: null, User: null, History: null } ? null : query;
        }, null, runner => runner.RecommendAsync, query => query.Explain, new KindOptions());
        return command;
    }
}
