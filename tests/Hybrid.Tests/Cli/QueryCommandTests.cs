using System.Text.Json;

namespace Hybrid.Tests.Cli;

public sealed class QueryCommandTests(PreparedShop shop)
{
    [Fact]
    public async Task Search_and_similar_answer_in_tables_and_obey_filters()
    {
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result search = await folder.DoAsync("search", "coffee", "-k", "2", "--filter", "price < 200");
        HybridCommand.Result similar = await folder.DoAsync("similar", "K1", "--json");

        Assert.Contains("K2", search.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("K1", search.Output, StringComparison.Ordinal);
        Assert.Equal("K2", similar.Ids.First());
        Assert.DoesNotContain("K1", similar.Ids);
    }

    [Fact]
    public async Task A_search_by_an_id_says_that_it_is_exact()
    {
        ShopFolder folder = await shop.ShareAsync();

        JsonElement results = (await folder.DoAsync("search", "k2", "--json")).Json.GetProperty("results");

        Assert.Equal(("K2", true), (results[0].GetProperty("id").GetString(), results[0].GetProperty("exact").GetBoolean()));
        Assert.False(results[1].TryGetProperty("exact", out _));
    }

    [Fact]
    public async Task Pages_groups_least_scores_and_what_is_left_out_are_options_and_fields_of_a_batch()
    {
        ShopFolder folder = await shop.CopyAsync();
        string[] all = [.. (await folder.DoAsync("search", "coffee", "-k", "5", "--json")).Ids.Select(id => id!)];   // ! : every result has one
        Assert.Equal(all[2..4], (await folder.DoAsync("search", "coffee", "-k", "2", "--offset", "2", "--json")).Ids);
        Assert.Equal(all[1..], (await folder.DoAsync("search", "coffee", "--exclude", $"{all[0]}, GONE", "--json")).Ids);
        Assert.Equal(3, (await folder.DoAsync("search", "coffee", "--group-by", "category", "--json")).Ids.Count());
        Assert.Empty((await folder.DoAsync("similar", "K1", "--min-score", "1", "--json")).Ids);
        Assert.DoesNotContain("K2", (await folder.DoAsync("recommend", "--item", "K1", "--exclude", "K2", "--group-by", "category", "--json")).Ids);

        await folder.WriteAsync("q.jsonl", $$"""
            {"text":"coffee","count":2,"offset":2}
            {"text":"coffee","exclude":["{{all[0]}}",7]}
            {"text":"coffee","group_by":"category","min_score":-1}
            {"text":"coffee","offset":-1}
            {"text":"coffee","min_score":3}
            {"text":"coffee","exclude":[true]}
            """);
        HybridCommand.Result batch = await folder.RunAsync("search", "--batch", "q.jsonl");
        JsonElement[] lines = [.. batch.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
        Assert.Equal(all[2..4], Ids(lines[0]));
        Assert.Equal(all[1..], Ids(lines[1]));
        Assert.Equal(3, Ids(lines[2]).Length);
        Assert.StartsWith("offset takes 0 to", lines[3].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("min_score takes -1 to 1", lines[4].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("'exclude' is of the wrong kind", lines[5].GetProperty("error").GetString(), StringComparison.Ordinal);

        static string[] Ids(JsonElement answer) => [.. answer.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("id").GetString()!)];
    }

    [Fact]
    public async Task An_attribute_that_no_item_has_is_a_warning_beside_the_answer()
    {
        ShopFolder folder = await shop.ShareAsync();
        HybridCommand.Result result = await folder.DoAsync("search", "coffee", "--filter", "not exists attributes['colour']", "--json");
        Assert.Equal(5, result.Ids.Count());
        Assert.Equal("No item has an attribute 'colour'.", result.Json.GetProperty("warnings")[0].GetString());
        Assert.Contains("Warning: No item has an attribute 'colour'.", result.Errors, StringComparison.Ordinal);
        Assert.False((await folder.DoAsync("search", "coffee", "--filter", "price < 500", "--json")).Json.TryGetProperty("warnings", out _));
    }

    [Fact]
    public async Task A_history_reranks_what_a_text_finds_and_says_so()
    {
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result result = await folder.DoAsync("recommend", "--text", "a present", "--user", "U1", "--explain", "--json");

        JsonElement first = result.Json.GetProperty("results")[0];
        Assert.Equal("K2", first.GetProperty("id").GetString());
        Assert.StartsWith("behaviour", first.GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_an_item_is_recommended_for_is_not_recommended_itself()
    {
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result alone = await folder.DoAsync("recommend", "--item", "K1", "--json");
        HybridCommand.Result kept = await folder.DoAsync("recommend", "--item", "K1", "--user", "U1", "--exclude-seen", "false", "--json");

        Assert.Equal("K2", alone.Ids.First());
        Assert.DoesNotContain("K1", alone.Ids);
        Assert.DoesNotContain("K1", kept.Ids);
    }

    [Theory]
    [InlineData("A1,A2,K2", "--user", "U4")]
    [InlineData("A1,A2,K1,K2,T1", "--user", "U4", "--exclude-seen", "false")]
    [InlineData("A1,A2,K2", "--user", "U4", "--exclude-seen")]
    [InlineData("A1,A2,K1,K2,T1", "--history", "T1,K1")]
    [InlineData("A1,A2,K2", "--history", "T1,K1", "--exclude-seen")]
    public async Task Everything_that_a_user_has_had_is_left_out_unless_it_is_asked_for(string found, params string[] arguments)
    {
        ShopFolder folder = await shop.ShareAsync();

        // U4 has had the tent before the last five events.
        HybridCommand.Result result = await folder.DoAsync(["recommend", "--text", "a tent", "--json", .. arguments]);

        Assert.Equal(found, string.Join(',', result.Ids.Order()));
    }

    [Fact]
    public async Task A_batch_answers_each_line_in_order_and_a_bad_line_with_an_error()
    {
        ShopFolder folder = await shop.ShareAsync();
        const string Queries = """
            {"text": "coffee", "count": 1}
            not json
            {"item": "K1", "history": ["A1", "A2"], "exclude_seen": true}
            {"item": "NOBODY"}
            {"history": "K1", "k": 3}
            {"user": "U3", "filter": "category == \"audio\"", "explain": true}
            {"text": "x", "filter": "prise < 3"}
            {"text": "x", "count": 0}
            {"text": "x", "probes": 0}
            {"text": "x", "item": "K1"}
            """;

        HybridCommand.Result result = await folder.RunWithInputAsync(Queries, "recommend", "--batch", "-");

        Assert.Equal(3, result.ExitCode);
        JsonElement[] lines = result.Lines;
        Assert.Equal(Enumerable.Range(1, 10), lines.Select(l => l.GetProperty("line").GetInt32()));
        Assert.Single(lines[0].GetProperty("results").EnumerateArray());
        Assert.Contains("one JSON object", Error(lines[1]), StringComparison.Ordinal);
        Assert.Equal(["A1", "A2"], lines[2].GetProperty("query").GetProperty("history").EnumerateArray().Select(e => e.GetString()!));
        Assert.Equal(["K2", "T1"], lines[2].GetProperty("results").EnumerateArray().Select(r => r.GetProperty("id").GetString()).Order());
        Assert.Contains("'NOBODY'", Error(lines[3]), StringComparison.Ordinal);
        Assert.Contains("fields text, item, user, history, count", Error(lines[4]), StringComparison.Ordinal);
        Assert.All(lines[5].GetProperty("results").EnumerateArray(), r => Assert.Equal("audio", r.GetProperty("category").GetString()));
        Assert.Contains("Did you mean price?", Error(lines[6]), StringComparison.Ordinal);
        Assert.Equal("count takes 1 to 5461, not 0.", Error(lines[7]));
        Assert.Equal("probes takes 1 or more, not 0.", Error(lines[8]));
        Assert.Equal("The query starts from the text 'x' and from the item K1: give one of them.", Error(lines[9]));
        Assert.Contains("7 of 10 queries", result.Errors, StringComparison.Ordinal);

        static string Error(JsonElement line) => line.GetProperty("error").GetString()!;   // ! : a refused line has one
    }

    [Fact]
    public async Task A_query_that_the_model_hardly_knows_is_answered_with_a_warning()
    {
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result search = await folder.DoAsync("search", "无线蓝牙耳机");
        HybridCommand.Result batch = await folder.RunWithInputAsync("""
            {"text": "无线蓝牙耳机"}
            {"text": "tea"}
            {"text": "智能手机"}
            """, "search", "--batch", "-");
        HybridCommand.Result known = await folder.DoAsync("search", "tea");

        Assert.Contains("Warning: 1 text is mostly unknown to all-MiniLM-L6-v2", search.Errors, StringComparison.Ordinal);
        Assert.Contains("Warning: 2 texts are mostly unknown", batch.Errors, StringComparison.Ordinal);
        Assert.Empty(known.Errors);
    }

    [Fact]
    public async Task A_user_of_whom_nothing_is_known_gets_what_is_popular_and_is_told_so()
    {
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result result = await folder.DoAsync("recommend", "--user", "STRANGER", "--json");

        Assert.Equal("popularity", result.Json.GetProperty("results")[0].GetProperty("source").GetString());
        Assert.Equal("User 'STRANGER' has no events here, so nothing is known of their taste.\n", result.Errors);
    }

    [Fact]
    public async Task A_folder_with_events_alone_is_trained_and_recommends()
    {
        using var folder = new ShopFolder();
        await folder.WriteAsync("events.csv", PreparedShop.EventsOf(others: 40));
        await folder.DoAsync("import", "--events", "events.csv", "--train");

        HybridCommand.Result user = await folder.DoAsync("recommend", "--user", "U1", "--json");
        HybridCommand.Result history = await folder.DoAsync("recommend", "--history", "A1", "--json");
        HybridCommand.Result item = await folder.DoAsync("recommend", "--item", "K1", "--json");
        HybridCommand.Result text = await folder.RunAsync("recommend", "--text", "coffee");
        HybridCommand.Result table = await folder.DoAsync("recommend", "--item", "K1");

        // U3 went on from K1 to GONE, so that is near it too.
        Assert.All([user, item], result => Assert.Equal(["GONE", "K2"], result.Ids.Take(2).Order()));
        Assert.Equal("A2", history.Ids.First());
        Assert.DoesNotContain("K1", item.Ids);
        Assert.Equal(1, text.ExitCode);
        Assert.Contains("hybrid-data yet: run `hybrid index`.", text.Errors, StringComparison.Ordinal);
        Assert.Matches(@"K2 +\(not in the catalogue\)", table.Output);
        Assert.Empty(table.Errors);
    }

    [Fact]
    public async Task A_shop_that_was_never_trained_recommends_what_is_popular()
    {
        using var folder = new ShopFolder();
        await folder.WriteAsync("items.csv", PreparedShop.Items);
        await folder.WriteAsync("events.csv", PreparedShop.EventsOf(others: 0));
        await folder.DoAsync("import", "--items", "items.csv", "--events", "events.csv");

        HybridCommand.Result notIndexed = await folder.DoAsync("recommend", "--user", "STRANGER", "--json");
        HybridCommand.Result untouched = await folder.DoAsync("recommend", "--user", "U2", "--json");

        // K1 has eight events; A1, A2, K2 and T1 have one each.
        Assert.Equal(["K1", "A1", "A2", "K2", "T1"], notIndexed.Ids);
        Assert.Contains("5 items are not indexed yet: run `hybrid index`.", notIndexed.Errors, StringComparison.Ordinal);
        Assert.Equal(["K1", "K2", "T1"], untouched.Ids);
    }
}
