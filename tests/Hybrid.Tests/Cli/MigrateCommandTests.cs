using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hybrid.Upkeep.Migration;
using StackExchange.Redis;

namespace Hybrid.Tests.Cli;

public sealed class MigrateCommandTests(PreparedShop prepared)
{
    [Fact]
    public async Task Vectors_are_inspected_against_the_catalogue_and_a_fault_fails_on_request()
    {
        using var shop = new ShopFolder();
        await shop.WriteAsync("items.csv", "id,title\nA,Kettle\nB,Lamp\n");
        await shop.WriteAsync("old.txt", "3 2\nA 1 0\nB 0 0\nX 0 2\n");
        await shop.DoAsync("import", "--items", "items.csv");

        JsonElement vectors = (await shop.DoAsync("migrate", "inspect", "old.txt", "--fail-on", "zeros=0.5,not-finite", "--json")).Json.GetProperty("vectors");
        Assert.Equal((3, 1, 2), (vectors.GetProperty("rows").GetInt32(), vectors.GetProperty("zeros").GetInt32(), vectors.GetProperty("known").GetInt32()));
        HybridCommand.Result failed = await shop.RunAsync("migrate", "inspect", "old.txt", "--fail-on", "unknown=0.1");
        Assert.Equal(3, failed.ExitCode);
        Assert.Contains("unknown: 33.33", failed.Errors, StringComparison.Ordinal);
        Assert.Contains("in the catalogue", failed.Output, StringComparison.Ordinal);
        HybridCommand.Result elsewhere = await shop.RunAsync("migrate", "inspect", "old.txt", "--fail-on", "unknown", "--data", "none");
        Assert.Equal(2, elsewhere.ExitCode);
        Assert.Contains("there is none in none", elsewhere.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await shop.RunAsync("migrate", "inspect", "old.txt", "--fail-on", "beauty")).ExitCode);
    }

    [Fact]
    public async Task A_migration_goes_from_plan_to_finish_and_on_after_a_kill()
    {
        using var shop = new ShopFolder();
        await shop.WriteAsync("items.csv", "id,title\n" + string.Join('\n', Enumerable.Range(0, 400).Select(i => $"I{i},Item number {i} of the shop")));
        await shop.WriteAsync("old.txt", string.Join('\n', Enumerable.Range(0, 400).Select(i => $"I{i} {i % 7} {i % 5} 1")));
        await shop.DoAsync("import", "--items", "items.csv", "--index");

        string[] leads = ["--to", "e5", "--encoder", "multilingual-e5-small-en-zh", "--legacy", "old.txt"];
        JsonElement plan = (await shop.DoAsync(["migrate", "plan", .. leads, "--json"])).Json;
        Assert.Equal((400, 400), (plan.GetProperty("items").GetInt32(), plan.GetProperty("to_encode").GetInt32()));
        HybridCommand.Result early = await shop.RunAsync("migrate", "next");
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("`hybrid migrate start`", early.Errors, StringComparison.Ordinal);
        await shop.DoAsync("migrate", "start");
        using (Process backfill = HybridCommand.Start(shop.Path, "migrate", "next"))
        {
            // Killed as soon as something was taken, or when it is through all the same.
            while (!backfill.HasExited && await PendingAsync(shop) == 400)
            {
            }
            backfill.Kill();
            await backfill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        string stage = "";
        for (int steps = 0; steps < 20 && stage != "Completed"; steps++)
            stage = (await shop.DoAsync("migrate", "next", "--force", "--json")).Json.GetProperty("stage").ToString();
        JsonElement status = (await shop.DoAsync("migrate", "status", "--json")).Json;
        Assert.Equal(("Completed", 0), (stage, status.GetProperty("pending").GetInt32()));
        Assert.Contains("Completed 100", (await shop.DoAsync("migrate", "status")).Output, StringComparison.Ordinal);
        Assert.Equal("I7", (await shop.DoAsync("search", "Item number 7 of the shop", "-k", "1", "--json")).Ids.Single());
        Assert.Equal(400, (await shop.DoAsync("index", "--verify", "--json")).Json.GetProperty("unchanged").GetInt32());
    }

    [Fact]
    public async Task A_query_names_its_segment_by_an_option_or_a_field_of_a_batch()
    {
        using ShopFolder shop = await prepared.CopyAsync();
        await using (HybridEngine engine = await HybridEngine.OpenAsync(shop.DataPath, TestContext.Current.CancellationToken))
        {
            await engine.PlanMigrationAsync(new MigrationPlan { Name = "shorter", Dimension = 128 }, TestContext.Current.CancellationToken);
            MigrationStatus status = await engine.StartMigrationAsync(cancellationToken: TestContext.Current.CancellationToken);
            while (status.Stage < MigrationStage.Ramping)
                status = await engine.NextMigrationAsync(force: true, cancellationToken: TestContext.Current.CancellationToken);
        }
        await shop.DoAsync("migrate", "divide", "--segment", "staff=1", "--segment", "others=0");
        foreach (string[] query in (string[][])[["search", "coffee"], ["similar", "K1"], ["recommend", "--item", "K1"]])
        {
            HybridCommand.Result old = await shop.DoAsync([.. query, "--segment", "others", "--json"]);
            HybridCommand.Result made = await shop.DoAsync([.. query, "--segment", "staff", "--json"]);
            Assert.Equal("staff", made.Json.GetProperty("query").GetProperty("segment").GetString());
            // Of 128 numbers a cosine is another one than of all.
            Assert.NotEqual(ScoresOf(old.Json), ScoresOf(made.Json));
            string field = query[0] == "search" ? "\"text\":\"coffee\"" : "\"item\":\"K1\"";
            await shop.WriteAsync("q.jsonl", $$"""
                {{{field}},"segment":"others"}
                {{{field}},"segment":"staff"}
                {{{field}},"segment":" "}
                """);
            JsonElement[] lines = [.. (await shop.RunAsync(query[0], "--batch", "q.jsonl")).Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
            Assert.Equal([ScoresOf(old.Json), ScoresOf(made.Json)], lines[..2].Select(ScoresOf));
            Assert.StartsWith("segment is blank", lines[2].GetProperty("error").GetString(), StringComparison.Ordinal);
        }

        static double[] ScoresOf(JsonElement answer) =>
            [.. answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("score").GetDouble())];
    }

    [Fact]
    public async Task The_example_of_a_migration_runs_from_its_first_line_to_its_last()
    {
        using var shop = new ShopFolder();
        using Process script = HybridCommand.StartScript(shop.Path, Path.Combine(RepositoryFiles.Root, "infra", "migrate-example.sh"));
        HybridCommand.Result ran = await HybridCommand.EndAsync(script);
        Assert.True(ran.ExitCode == 0, ran.Errors);
        Assert.Contains("example: Completed", ran.Output, StringComparison.Ordinal);
        Assert.Contains("120 rows of products@2: 0 differences", ran.Output, StringComparison.Ordinal);
        Assert.Contains("verdict", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_is_one_page_with_the_comparison_and_every_step()
    {
        using var shop = new ShopFolder();
        await shop.WriteAsync("items.csv", "id,title\n" + string.Join('\n', Enumerable.Range(0, 12).Select(i => $"I{i},<b>Item</b> number {i}")));
        await shop.WriteAsync("events.csv", "user,item,kind,time\n" + string.Join('\n', Enumerable.Range(0, 200)
            .Select(i => $"U{i / 5},I{i % 5 + i / 5 % 3},view,2026-01-{1 + i % 5:00}T12:00:00Z")));
        await shop.WriteAsync("old.txt", string.Join('\n', Enumerable.Range(0, 12).Select(i => $"I{i} {i % 7} {i % 5} 1")));
        await shop.DoAsync("import", "--items", "items.csv", "--events", "events.csv", "--index");
        await shop.DoAsync("migrate", "plan", "--to", "blend", "--legacy", "old.txt");
        await shop.DoAsync("migrate", "report", "--html", "early.html");
        await shop.DoAsync("migrate", "start");
        while ((await shop.DoAsync("migrate", "next", "--json")).Json.GetProperty("stage").ToString() != "Shadowing")
        {
        }

        await shop.DoAsync("migrate", "report", "--html", "page.html");

        string page = await File.ReadAllTextAsync(shop.File("page.html"), TestContext.Current.CancellationToken);
        foreach (string expected in (string[])["Migration blend", "products@1 to products@2", "Verdict: ", "NDCG@10, new less old",
            "reconciled 12 rows, 0 differ", "12 items taken", "</html>"])
        {
            Assert.Contains(expected, page, StringComparison.Ordinal);
        }
        Assert.Equal(2, page.Split("<svg").Length - 1);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        string early = await File.ReadAllTextAsync(shop.File("early.html"), TestContext.Current.CancellationToken);
        Assert.Contains("nothing was begun", early, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", early, StringComparison.Ordinal);
        JsonElement json = (await shop.DoAsync("migrate", "report", "--json")).Json;
        Assert.Equal(("blend", 40), (json.GetProperty("migration").GetProperty("name").GetString(),
            json.GetProperty("comparison").GetProperty("queries").GetInt32()));
    }

    [Fact]
    public async Task Vectors_in_a_hash_of_a_Redis_server_are_inspected_and_blended_in()
    {
        using var shop = new ShopFolder();
        await shop.WriteAsync("items.csv", "id,title\nA,Kettle\nB,Lamp\n耳机-01,Headphones\n");
        await shop.DoAsync("import", "--items", "items.csv", "--index");
        await using RedisServer server = await RedisServer.StartAsync();
        await using (ConnectionMultiplexer redis = await server.ConnectAsync())
        {
            await redis.GetDatabase().HashSetAsync("old",
                [new("A", MemoryMarshal.AsBytes<float>([1, 0, .5f]).ToArray()), new("耳机-01", "[0.25, -1, 2e0]"), new("X", "0 0 0")]);
            await redis.GetDatabase().HashSetAsync("bad", [new("A", "kettle")]);
        }
        string old = $"redis://127.0.0.1:{server.Port}/old";

        JsonElement vectors = (await shop.DoAsync("migrate", "inspect", old, "--json")).Json.GetProperty("vectors");
        Assert.Equal((3, 1, 2), (vectors.GetProperty("rows").GetInt32(), vectors.GetProperty("zeros").GetInt32(), vectors.GetProperty("known").GetInt32()));
        Assert.Equal(Math.Sqrt(0.0625 + 1 + 4), vectors.GetProperty("greatest_norm").GetDouble(), 5);
        HybridCommand.Result bad = await shop.RunAsync("migrate", "inspect", $"redis://127.0.0.1:{server.Port}/bad");
        Assert.Equal(3, bad.ExitCode);
        Assert.Contains("bad A: 6 bytes are no float32 numbers", bad.Errors, StringComparison.Ordinal);
        Assert.Contains("there is no such hash", (await shop.RunAsync("migrate", "inspect", $"redis://127.0.0.1:{server.Port}/none")).Errors,
            StringComparison.Ordinal);
        Assert.Equal(2, (await shop.RunAsync("migrate", "inspect", "milvus://127.0.0.1:19530")).ExitCode);

        HybridCommand.Result kept = await shop.RunAsync(
            "migrate", "plan", "--to", "blend", "--legacy", old.Replace("redis://", "redis://:s3cret@", StringComparison.Ordinal));
        Assert.Equal((2, true, false), (kept.ExitCode, kept.Errors.Contains("HYBRID_REDIS_PASSWORD", StringComparison.Ordinal),
            kept.Errors.Contains("s3cret", StringComparison.Ordinal)));
        await using (ConnectionMultiplexer redis = await server.ConnectAsync(allowAdmin: true))
        {
            await redis.GetDatabase().ExecuteAsync("CONFIG", "SET", "requirepass", "s3cret");
            Assert.NotEqual(0, (await shop.RunAsync("migrate", "inspect", old)).ExitCode);
            Assert.Equal(0, (await HybridCommand.RunWithEnvironmentAsync(shop.Path, "HYBRID_REDIS_PASSWORD=s3cret", "migrate", "inspect", old)).ExitCode);
            await redis.GetDatabase().ExecuteAsync("CONFIG", "SET", "requirepass", "");
        }

        HybridCommand.Result open = await shop.RunAsync("migrate", "plan", "--to", "blend", "--legacy", old);
        Assert.Equal((1, true), (open.ExitCode, open.Errors.Contains("--read-only-source", StringComparison.Ordinal)));
        await shop.DoAsync("migrate", "plan", "--to", "blend", "--legacy", old, "--read-only-source");
        await shop.DoAsync("migrate", "start");
        string stage = "";
        for (int steps = 0; steps < 20 && stage != "Completed"; steps++)
            stage = (await shop.DoAsync("migrate", "next", "--force", "--json")).Json.GetProperty("stage").ToString();
        Assert.Equal("Completed", stage);
        // The vectors are kept with the folder: the server is needed no more.
        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal("A", (await shop.DoAsync("search", "kettle", "-k", "1", "--json")).Ids.Single());
    }

    private static async Task<int> PendingAsync(ShopFolder shop) =>
        (await shop.DoAsync("migrate", "status", "--json")).Json.GetProperty("pending").GetInt32();
}
