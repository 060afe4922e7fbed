
namespace Hybrid.Tests.Cli;

public sealed class IndexCommandTests(PreparedShop shop)
{
    private const string OneMore = "id,title\nNEW,Folding chair for the beach\n";
    private const string Note = "1 item is not indexed yet: run `hybrid index`.";

    [Fact]
    public async Task What_was_imported_and_is_not_indexed_is_said_once_by_every_command()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("new.csv", OneMore);
        await folder.WriteAsync("queries.jsonl", "{\"text\": \"coffee\"}\n{\"text\": \"tea\"}\n");
        string[][] commands =
        [
            ["import", "--merge", "--items", "new.csv"], ["import", "--events", "events.csv"], ["train"], ["search", "coffee"],
                ["search", "--batch", "queries.jsonl"],
            ["similar", "K1"], ["recommend", "--user", "U1"], ["export"],
        ];

        foreach (string[] command in commands)
        {
            HybridCommand.Result result = await folder.DoAsync(command);
            Assert.True(result.Errors.Split(Note).Length == 2, $"{command[0]} said: {result.Errors}");
        }
    }

    [Fact]
    public async Task Status_counts_what_is_not_indexed_in_a_row_and_index_leaves_none()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("new.csv", OneMore);
        await folder.DoAsync("import", "--merge", "--items", "new.csv");

        HybridCommand.Result before = await folder.DoAsync("status");
        HybridCommand.Result json = await folder.DoAsync("status", "--json");
        HybridCommand.Result index = await folder.DoAsync("index");
        HybridCommand.Result after = await folder.DoAsync("status", "--json");

        Assert.Contains("not indexed yet  1: run `hybrid index`", before.Output, StringComparison.Ordinal);
        Assert.Empty(before.Errors);
        Assert.Equal((1, "products@1"), (json.Json.GetProperty("not_indexed").GetInt32(), json.Json.GetProperty("in_use").GetString()));
        Assert.DoesNotContain("not indexed yet", index.Errors, StringComparison.Ordinal);
        Assert.Equal(0, after.Json.GetProperty("not_indexed").GetInt32());
    }

    [Fact]
    public async Task A_recall_is_asked_for_shown_by_status_and_given_back()
    {
        using ShopFolder folder = await shop.CopyAsync();

        HybridCommand.Result tuned = await folder.DoAsync("tune-index", "--recall", "0.9");
        HybridCommand.Result status = await folder.DoAsync("status", "--json");
        HybridCommand.Result back = await folder.DoAsync("tune-index", "--default", "--json");

        Assert.Contains("cells are visited for a recall of 0.9.", tuned.Errors, StringComparison.Ordinal);
        Assert.Equal(0.9, status.Json.GetProperty("collections")[0].GetProperty("index").GetProperty("target_recall").GetDouble());
        Assert.Equal(1, back.Json.GetProperty("target_recall").GetDouble());
    }

    [Theory]
    [InlineData("--recall is 1: a recall is above 0 and below 1.", "--recall", "1")]
    [InlineData("--recall is 98: a recall is above 0 and below 1.", "--recall", "98")]
    [InlineData("Say one of --recall (such as 0.98) and --default.")]
    [InlineData("Say one of --recall (such as 0.98) and --default.", "--recall", "0.9", "--default")]
    public async Task A_recall_that_cannot_be_is_refused(string message, params string[] arguments)
    {
        using ShopFolder folder = await shop.CopyAsync();
        HybridCommand.Result result = await folder.RunAsync(["tune-index", .. arguments]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("search", "teapot")]
    [InlineData("similar", "K1")]
    public async Task Explain_says_which_rows_were_looked_at(string command, string about)
    {
        using ShopFolder folder = await shop.CopyAsync();
        Assert.Contains("Searches of the index: 1 of every row.", (await folder.DoAsync(command, about, "--explain")).Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Searches of the index", (await folder.DoAsync(command, about)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_are_cut_off_are_said()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("new.csv", $"id,title,text\nL1,Rug,{string.Concat(Enumerable.Repeat("soft ", 300))}\nL2,Mat,flat\n");

        HybridCommand.Result result = await folder.DoAsync("import", "--merge", "--items", "new.csv", "--index");

        Assert.Contains("1 of 2 texts is longer than 256 tokens; what comes later in it is not searched.\n", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_that_is_not_indexed_is_not_said_to_be_unknown()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("new.csv", OneMore);
        await folder.WriteAsync("queries.jsonl", "{\"item\": \"NEW\"}\n{\"item\": \"K1\"}\n");
        await folder.DoAsync("import", "--merge", "--items", "new.csv");

        HybridCommand.Result similar = await folder.RunAsync("similar", "NEW");
        HybridCommand.Result batch = await folder.RunAsync("similar", "--batch", "queries.jsonl");

        const string Said = "The item 'NEW' is there, but not indexed yet: run `hybrid index`.";
        Assert.Equal((1, $"hybrid: {Said}\n"), (similar.ExitCode, similar.Errors));
        Assert.Equal((3, Said), (batch.ExitCode, batch.Lines[0].GetProperty("error").GetString()));
        Assert.Equal(4, batch.Lines[1].GetProperty("results").GetArrayLength());
    }

    [Fact]
    public async Task Verify_finds_what_differs_where_the_vectors_were_put_back_from_a_copy()
    {
        using ShopFolder folder = await shop.CopyAsync();
        using ShopFolder backup = await shop.CopyAsync();
        await folder.WriteAsync("items.csv", PreparedShop.Items.Replace("Steel burrs", "Ceramic burrs", StringComparison.Ordinal));
        await folder.DoAsync("import", "--items", "items.csv", "--index");
        foreach (string vectors in Directory.EnumerateFiles(backup.DataPath, "vectors*"))
            File.Copy(vectors, folder.DataFile(Path.GetFileName(vectors)), overwrite: true);

        HybridCommand.Result trusting = await folder.DoAsync("index", "--json");
        HybridCommand.Result verifying = await folder.DoAsync("index", "--verify", "--json");
        HybridCommand.Result again = await folder.DoAsync("index", "--verify", "--json");

        Assert.Equal([0, 1, 0], new[] { trusting, verifying, again }.Select(result => result.Json.GetProperty("encoded").GetInt32()));
    }

    [Fact]
    public async Task Training_on_events_without_a_pair_fails_and_leaves_the_model_before()
    {
        using ShopFolder folder = await shop.CopyAsync();
        string[] models = Models(folder);
        await folder.WriteAsync("events.csv", "user,item,time\nU1,K1,2026-01-01T10:00:00Z\nU2,A1,2026-01-01T10:00:00Z\n");
        await folder.DoAsync("import", "--events", "events.csv");

        HybridCommand.Result train = await folder.RunAsync("train");

        Assert.Equal(1, train.ExitCode);
        Assert.Contains("there are no sessions of two or more items. Import more events, or allow a longer --gap.", train.Errors, StringComparison.Ordinal);
        Assert.Equal(models, Models(folder));
        Assert.Equal(5, (await folder.DoAsync("status", "--json")).Json.GetProperty("behavior").GetProperty("items").GetInt32());
    }

    [Fact]
    public async Task Training_whose_thinning_leaves_no_pair_says_which_option_helps_and_writes_nothing()
    {
        using var folder = new ShopFolder();
        await folder.WriteAsync("events.csv", "user,item,time\nU1,K1,2026-01-01T10:00:00Z\nU1,A1,2026-01-01T10:01:00Z\n");

        await folder.DoAsync("import", "--events", "events.csv");

        HybridCommand.Result train = await folder.RunAsync("train", "--sample", "0.001");

        Assert.Equal(1, train.ExitCode);
        Assert.Contains("Set --sample to 0, or import more events. See `hybrid train --help`.", train.Errors, StringComparison.Ordinal);
        Assert.Empty(Models(folder));
    }

    [Fact]
    public async Task A_gap_of_24_hours_is_a_day()
    {
        using var folder = new ShopFolder();
        await folder.WriteAsync("events.csv", """
            user,item,time
            U1,A,2026-01-01T10:00:00Z
            U1,B,2026-01-02T09:00:00Z
            U1,C,2026-01-04T09:00:00Z
            U1,D,2026-01-04T09:01:00Z
            """);
        await folder.DoAsync("import", "--events", "events.csv");

        HybridCommand.Result train = await folder.DoAsync("train", "--gap", "24:00:00", "--json");

        Assert.Equal(2, train.Json.GetProperty("sessions").GetInt32());
    }

    private static string[] Models(ShopFolder folder) => [.. Directory.EnumerateFiles(folder.DataPath, "item2vec*").Order()];
}
