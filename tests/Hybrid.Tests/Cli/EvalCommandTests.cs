using System.Text.Json;

namespace Hybrid.Tests.Cli;

public sealed class EvalCommandTests
{
    private static readonly string[] Files = ["--items", "items.csv", "--events", "events.csv"];

    [Fact]
    public async Task The_table_has_a_line_a_source_and_the_predictions_are_judged_alike_again()
    {
        using ShopFolder folder = await SmallShopAsync();

        string[] eval = ["eval", .. Files, "--sources", "popularity,sequential-rules", "--k", "3"];
        HybridCommand.Result table = await folder.DoAsync([.. eval, "--predictions", "p.jsonl"]);
        HybridCommand.Result json = await folder.DoAsync([.. eval, "--json"]);
        HybridCommand.Result compared =
            await folder.DoAsync(["eval", "compare", "p.sequential-rules.jsonl", "p.popularity.jsonl", .. Files, "--k", "3", "--json"]);

        Assert.Contains("leave-last: 30 of 30 users asked, 8 items ranked for each; fitted on 150 events of 30 users.", table.Output, StringComparison.Ordinal);
        Assert.Contains("| sequential-rules |", table.Output, StringComparison.Ordinal);
        JsonElement[] sources = [.. json.Json.GetProperty("sources").EnumerateArray()];
        Assert.Equal(["popularity", "sequential-rules"], sources.Select(source => source.GetProperty("source").GetString()));
        double[] found = [.. sources.Select(source => HitsOf(source.GetProperty("judgement")))];
        JsonElement comparison = compared.Json.GetProperty("comparison");
        Assert.Equal((found[0], found[1]), (HitsOf(comparison.GetProperty("b")), HitsOf(comparison.GetProperty("a"))));
        Assert.Equal(found[1] - found[0], comparison.GetProperty("ahead").GetProperty("HR@3").GetProperty("value").GetDouble(), tolerance: 1e-12);
        Assert.Equal(1, found[1]);   // who has a, b, c goes on to d
    }

    [Fact]
    public async Task Knobs_are_read_from_a_file_and_those_that_there_are_not_are_refused()
    {
        using ShopFolder folder = await SmallShopAsync();
        await folder.WriteAsync("good.json", """{"item_knn": {"decay": 0.5}}""");
        await folder.WriteAsync("bad.json", """{"item_knn": {"decay": 5}}""");
        await folder.WriteAsync("none.json", """{"item_knn": {"fading": 5}}""");

        await folder.DoAsync(["eval", .. Files, "--sources", "item-knn", "--knobs", "good.json"]);
        HybridCommand.Result bad = await folder.RunAsync(["eval", .. Files, "--sources", "item-knn", "--knobs", "bad.json"]);
        HybridCommand.Result none = await folder.RunAsync(["eval", .. Files, "--sources", "item-knn", "--knobs", "none.json"]);

        Assert.Equal((3, 3), (bad.ExitCode, none.ExitCode));
        Assert.Contains("bad.json: Decay takes 0 to 1, not 5.", bad.Errors, StringComparison.Ordinal);
        Assert.Contains("none.json:1: is not a file of knobs", none.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "--sources: there is no source 'best'.", "--sources", "best")]
    [InlineData(2, "--split takes leave-last or leave-basket or global-time or later-sessions or cold, not 'random'.", "--split", "random")]
    [InlineData(2, "--k takes 1 to 100, commas between, not '0'.", "--k", "10,0")]
    [InlineData(2, "--test-share is above 0 and below 1, not 1.", "--test-share", "1")]
    [InlineData(2, "The source popularity-category needs the items' categories.", "--sources", "popularity-category")]
    [InlineData(3, "The split leaves nobody to ask: of 30 users none has 9 different items (the most is 6).", "--min-events", "9")]
    public async Task What_cannot_be_evaluated_is_said(int exitCode, string message, params string[] arguments)
    {
        using ShopFolder folder = await SmallShopAsync();
        HybridCommand.Result result = await folder.RunAsync(["eval", .. Files, .. arguments]);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_user_dislikes_is_neither_learned_from_nor_asked_for()
    {
        using ShopFolder folder = await SmallShopAsync();
        await folder.WriteAsync("disliked.csv", "user,item,time,kind\nU1,a,2026-01-01,view\nU2,b,2026-01-01,view\nU1,b,2026-01-02,view\nU1,c,2026-01-03,view\n"
            + "U1,d,2026-01-04,view\nU2,c,2026-01-04,view\nU1,d,2026-01-05,dislike\n");
        HybridCommand.Result result =
            await folder.DoAsync("eval", "--items", "items.csv", "--events", "disliked.csv", "--sources", "popularity", "--min-events", "3", "--json");
        JsonElement split = result.Json.GetProperty("split");
        Assert.Equal((1, 4), (split.GetProperty("users").GetInt32(), split.GetProperty("training_events").GetInt32()));
    }

    [Fact]
    public async Task Predictions_for_others_and_events_with_unknown_items_are_refused()
    {
        using ShopFolder folder = await SmallShopAsync();
        await folder.WriteAsync("other.jsonl", """{"user": "Z", "items": ["a"]}""");
        await folder.WriteAsync("unknown.csv", "user,item,time\nU1,zzz,2026-01-01\n");

        HybridCommand.Result other = await folder.RunAsync(["eval", "compare", "other.jsonl", "other.jsonl", .. Files]);
        HybridCommand.Result unknown = await folder.RunAsync("eval", "--items", "items.csv", "--events", "unknown.csv");

        Assert.Equal((3, 3), (other.ExitCode, unknown.ExitCode));
        Assert.Contains("other.jsonl: answers none of the 30 users that this split asks", other.Errors, StringComparison.Ordinal);
        Assert.Contains("unknown.csv: User 'U1' has an event with item 'zzz', which the catalogue does not have", unknown.Errors, StringComparison.Ordinal);
    }

    private static double HitsOf(JsonElement judgement) => judgement.GetProperty("metrics").GetProperty("HR@3").GetProperty("value").GetDouble();

    /// <summary>Everybody goes through the same items, beginning somewhere else.</summary>
    private static async Task<ShopFolder> SmallShopAsync()
    {
        var folder = new ShopFolder();
        await folder.WriteAsync("items.csv", "id,title\n" + string.Concat("abcdefgh".Select(item => $"{item},Item {item}\n")));
        await folder.WriteAsync("events.csv", "user,item,time\n" + string.Concat(Enumerable.Range(0, 30).SelectMany(
            user => Enumerable.Range(0, 6).Select(i => $"U{user},{"abcdefgh"[(user + i) % 8]},2026-01-0{i + 1}\n"))));
        return folder;
    }
}
