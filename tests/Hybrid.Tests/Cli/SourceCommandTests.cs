namespace Hybrid.Tests.Cli;

public sealed class SourceCommandTests(PreparedShop shop)
{
    [Fact]
    public async Task Recommend_asks_one_source_and_shows_its_reason()
    {
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result table = await folder.DoAsync("recommend", "--history", "K1", "--source", "sequential-rules", "--explain");
        HybridCommand.Result json = await folder.DoAsync("recommend", "--user", "U1", "--source", "session-knn", "--explain", "--json");

        Assert.Contains("20 shoppers went on to it from K1", table.Output, StringComparison.Ordinal);
        Assert.Equal("K2", json.Ids.First());
        Assert.Equal("session-knn", json.Json.GetProperty("results")[0].GetProperty("source").GetString());
        Assert.EndsWith("shoppers with a session like yours had it next", json.Json.GetProperty("results")[0].GetProperty("why").GetString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "There is no source 'best'. Sources: popularity,", "--history", "K1", "--source", "best")]
    [InlineData(2, "The source markov goes by a history, not by a text", "--text", "coffee", "--source", "markov")]
    [InlineData(1, "run `hybrid train --sources all`, or name it there.", "--history", "K1", "--source", "ease")]
    public async Task A_source_that_cannot_answer_is_refused_with_what_to_do(int exitCode, string message, params string[] arguments)
    {
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result refused = await folder.RunAsync(["recommend", .. arguments]);

        Assert.Equal(exitCode, refused.ExitCode);
        Assert.Contains(message, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_fits_the_sources_that_are_named_and_status_lists_them()
    {
        using ShopFolder folder = await shop.CopyAsync();

        HybridCommand.Result trained = await folder.DoAsync("train", "--sources", "markov,ease");
        HybridCommand.Result status = await folder.DoAsync("status", "--json");
        HybridCommand.Result wrong = await folder.RunAsync("train", "--sources", "text");

        Assert.Contains("2 sources are fitted", trained.Errors, StringComparison.Ordinal);
        Assert.Equal(["markov", "ease"], status.Json.GetProperty("sources").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--sources takes some of popularity,", wrong.Errors, StringComparison.Ordinal);
    }
}
