using System.Text.Json;
using Hybrid.Recommending.Sources;

namespace Hybrid.Tests.Cli;

public sealed class TuneCommandTests
{
    private static readonly string[] Files = ["--items", "items.csv", "--events", "events.csv"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Knobs_are_chosen_written_where_train_and_eval_take_them_and_a_second_run_goes_on()
    {
        using ShopFolder folder = await ShopAsync();
        await folder.DoAsync("import", Files[0], Files[1], Files[2], Files[3]);

        HybridCommand.Result first = await folder.DoAsync("tune", "--source", "sequential-rules,markov", "--json");
        HybridCommand.Result second = await folder.DoAsync("tune", "--source", "sequential-rules,markov");
        HybridCommand.Result trained = await folder.DoAsync("train");

        JsonElement[] sources = [.. first.Json.GetProperty("sources").EnumerateArray()];
        Assert.Equal(["sequential-rules", "markov"], sources.Select(source => source.GetProperty("source").GetString()));
        Assert.All(sources, source => Assert.True(source.GetProperty("after").GetDouble() >= source.GetProperty("before").GetDouble()));
        Assert.All(sources, source => Assert.True(source.GetProperty("is_complete").GetBoolean()));
        JsonElement written = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("hybrid-data/knobs.json"), Token)).RootElement;
        Assert.Equal(sources[0].GetProperty("knobs").GetProperty("sequential_rules").GetRawText(),
            JsonSerializer.Serialize(written.GetProperty("sequential_rules")));
        Assert.Contains("Goes on behind", second.Errors, StringComparison.Ordinal);
        Assert.Contains("| sequential-rules |", second.Output, StringComparison.Ordinal);
        Assert.Contains("sources are fitted", trained.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("3", false)]
    public async Task What_is_found_on_a_sample_of_the_users_is_taken_if_it_is_better_for_all_of_them(string seed, bool isBetter)
    {
        using var folder = new ShopFolder();
        await folder.WriteAsync("items.csv", "id,title\n" + string.Concat(Enumerable.Range('a', 26).Select(id => $"{(char)id},Article {(char)id}\n")));
        await folder.WriteAsync("events.csv", "user,item,time\n" + string.Concat(Enumerable.Range(0, 60).SelectMany(user => Enumerable.Range(0, 12)
            .Select(i => $"U{user},{(char)('a' + (user * user * 7 + i * i * 3 + user * i * 5) % 26)},2026-01-01T10:{i:00}:00Z\n"))));

        HybridCommand.Result run = await folder.DoAsync(
            ["tune", .. Files, "--source", "sequential-rules", "--sample", "0.1", "--seed", seed, "--out", "knobs.json", "--json"]);

        Assert.Equal(6, run.Json.GetProperty("users").GetInt32());
        JsonElement found = run.Json.GetProperty("sources")[0];
        Assert.True(found.GetProperty("after").GetDouble() > found.GetProperty("before").GetDouble());
        Assert.Equal(isBetter, found.GetProperty("all_after").GetDouble() > found.GetProperty("all_before").GetDouble());
        Assert.Equal(!isBetter, run.Errors.Contains("of what was there, which stays", StringComparison.Ordinal));
        Assert.Equal(!isBetter, KnobFile.Read(folder.File("knobs.json")).SequentialRules == new SourceKnobs().SequentialRules);
    }

    [Theory]
    [InlineData("--sample takes more than 0 and up to 1", "--sample", "0")]
    [InlineData("--sample takes more than 0 and up to 1", "--sample", "1.5")]
    [InlineData("--source: 'classic' has no knobs.", "--source", "classic")]
    [InlineData("--minutes takes more than 0", "--minutes", "0")]
    [InlineData("say with --out where the knobs are to be written", "--items", "items.csv", "--events", "events.csv")]
    public async Task What_cannot_be_meant_is_refused(string message, params string[] arguments)
    {
        using ShopFolder folder = await ShopAsync();

        HybridCommand.Result refused = await folder.RunAsync(["tune", .. arguments]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(message, refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Eval_writes_a_page_that_needs_nothing_beside_it()
    {
        using ShopFolder folder = await ShopAsync();

        await folder.DoAsync(["eval", .. Files, "--sources", "popularity,markov,item-knn", "--html", "page.html"]);

        string page = await File.ReadAllTextAsync(folder.File("page.html"), Token);
        Assert.Equal(6, page.Split("<svg ").Length - 1);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.Contains("@media print", page, StringComparison.Ordinal);
        Assert.All((string[])["NDCG@10 by source", "By length of the history", "By popularity of what came next", "Quality against latency", "Coverage"],
            title => Assert.Contains($"<h2>{title}</h2>", page, StringComparison.Ordinal));
        Assert.All((string[])["popularity", "markov", "item-knn"], name => Assert.Contains($">{name}</text>", page, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_evaluation_that_was_interrupted_goes_on_behind_what_it_has_measured()
    {
        using ShopFolder folder = await ShopAsync();
        string[] eval = ["eval", .. Files, "--sources", "popularity,markov", "--state", "state.jsonl"];
        // The second source cannot be written: the run ends behind the first.
        Directory.CreateDirectory(folder.File("p.markov.jsonl"));

        HybridCommand.Result cut = await folder.RunAsync([.. eval, "--predictions", "p.jsonl"]);
        Directory.Delete(folder.File("p.markov.jsonl"));
        HybridCommand.Result resumed = await folder.DoAsync([.. eval, "--predictions", "p.jsonl", "--json"]);
        HybridCommand.Result anew = await folder.DoAsync([.. eval, "--json"]);

        Assert.Equal(1, cut.ExitCode);
        Assert.Contains("Goes on behind what an interrupted run has measured: popularity.", resumed.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Goes on", anew.Errors, StringComparison.Ordinal);
        Assert.Equal(JudgementsOf(anew), JudgementsOf(resumed));
        Assert.False(File.Exists(folder.File("state.jsonl")));

        static IEnumerable<string> JudgementsOf(HybridCommand.Result result) =>
            result.Json.GetProperty("sources").EnumerateArray().Select(source => source.GetProperty("judgement").GetRawText());
    }

    [Fact]
    public async Task New_items_are_ranked_alone_and_have_their_own_metric()
    {
        using ShopFolder folder = await ShopAsync();

        HybridCommand.Result table = await folder.DoAsync(
            ["eval", .. Files, "--split", "cold", "--test-share", "0.3", "--sources", "popularity,sequential-rules", "--k", "3"]);

        Assert.Contains("Cold@3", table.Output, StringComparison.Ordinal);
        Assert.Contains("new items, which nobody has in what is learned from, are ranked for each", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("HR@3", table.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bench_sources_fits_and_asks_each_at_every_size()
    {
        using ShopFolder folder = await ShopAsync();

        HybridCommand.Result bench = await folder.DoAsync(
            "bench", "sources", "--items", "200", "--users", "300", "--events", "1000", "3000", "--sources", "item-knn,session-knn", "--json");

        Assert.Equal(["item-knn 1000", "session-knn 1000", "item-knn 3000", "session-knn 3000"], bench.Json.GetProperty("lines").EnumerateArray()
            .Select(line => $"{line.GetProperty("source").GetString()} {line.GetProperty("events").GetInt64()}"));
    }

    /// <summary>Forty shoppers who go one of two ways round, and five articles that some of them end with.</summary>
    private static async Task<ShopFolder> ShopAsync()
    {
        var folder = new ShopFolder();
        await folder.WriteAsync("items.csv", "id,title\n" + string.Concat("abcdefghijkl".Select(id => $"{id},Article {id}\n")));
        await folder.WriteAsync("events.csv", "user,item,time\n" + string.Concat(Enumerable.Range(0, 40).SelectMany(user =>
            $"{(user % 2 == 0 ? "abcdefg" : "gfedcba")}{"hijkl"[user % 5]}".Select((item, i) => $"U{user},{item},2026-01-01T10:{i:00}:00Z\n"))));
        return folder;
    }
}
