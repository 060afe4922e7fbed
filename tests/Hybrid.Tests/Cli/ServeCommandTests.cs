using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

public sealed class ServeCommandTests(PreparedShop shop)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task It_says_where_it_listens_answers_its_first_question_and_ends_in_order_when_it_is_told_to(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process.");
        using ShopFolder folder = await shop.CopyAsync();
        using Process serve = HybridCommand.Start(folder.Path, "serve", "--port", "0");
        string? address = await serve.StandardOutput.ReadLineAsync(Token);
        Assert.StartsWith("http://127.0.0.1:", address, StringComparison.Ordinal);
        using var client = new HttpClient();
        // The first thing that this process is asked, so that nothing has been prepared by another answer.
        using var question = new StringContent("""{"user":"U3","count":2}""", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(new Uri($"{address}/v1/recommend"), question, Token);
        string said = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, said);
        Assert.Equal(2, JsonDocument.Parse(said).RootElement.GetProperty("results").GetArrayLength());
        Assert.Contains("ready", await client.GetStringAsync(new Uri($"{address}/health/ready"), Token), StringComparison.Ordinal);

        HybridCommand.Result ended = await HybridCommand.SignalAsync(serve, signal);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("Closing", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lines_of_README_lead_from_nothing_to_a_recommendation_that_an_event_has_changed()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Root, "README.md"), Token);
        string block = readme.Split("## Run it as a service")[1].Split("```sh\n")[1].Split("```")[0];
        string[] curls = [.. block.Split('\n').Where(line => line.StartsWith("curl ", StringComparison.Ordinal))];
        Assert.Equal(4, curls.Length);
        Assert.SkipWhen((await ShellAsync("curl --help all")).Contains("--json", StringComparison.Ordinal) is false, "There is no curl that has --json.");
        using var folder = new ShopFolder();
        using Process serve = HybridCommand.Start(folder.Path, "serve", "--data", "./my-shop", "--port", "0");
        string address = await serve.StandardOutput.ReadLineAsync(Token) ?? "";
        string[] answers = new string[curls.Length];
        for (int i = 0; i < curls.Length; i++)
            answers[i] = await ShellAsync(curls[i].Replace("http://127.0.0.1:8080", address, StringComparison.Ordinal));

        Assert.Equal("""{"results":[]}""", answers[1]);
        await Engine.Shop.EventuallyAsync(async () => (answers[3] = await ShellAsync(curls[3].Replace("http://127.0.0.1:8080", address,
            StringComparison.Ordinal))).Contains("\"K2\"", StringComparison.Ordinal), "the grinder is recommended");
        Assert.Equal(0, (await HybridCommand.SignalAsync(serve, "INT")).ExitCode);

        static async Task<string> ShellAsync(string line)
        {
            using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true })
                ?? throw new InvalidOperationException("sh did not start.");
            Task<string> errors = shell.StandardError.ReadToEndAsync(Token);
            string output = await shell.StandardOutput.ReadToEndAsync(Token);
            await shell.WaitForExitAsync(Token);
            await errors;
            return output;
        }
    }

    [Fact]
    public async Task The_first_answer_after_an_acknowledged_event_knows_it_and_a_new_item_is_found_within_a_second_while_others_write()
    {
        const int probes = 25;
        using ShopFolder folder = await shop.CopyAsync();
        using Process serve = HybridCommand.Start(folder.Path, "serve", "--port", "0");
        using var client = new HttpClient { BaseAddress = new Uri(await serve.StandardOutput.ReadLineAsync(Token) ?? "") };
        using var ended = new CancellationTokenSource();
        Task others = WriteUntilAsync(client, ended.Token);
        string[] ids = [.. JsonDocument.Parse(await client.GetStringAsync(new Uri("/v1/items?count=50", UriKind.Relative), Token)).RootElement
            .GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString() ?? "")];
        for (int i = 0; i < probes; i++)
        {
            string item = ids[i % ids.Length];
            await PostAsync(client, "/v1/events", JsonSerializer.Serialize(new { user = $"probe-{i}", item, kind = "dislike" }));
            // What is disliked never returns, and all others do.
            string answer = await client.GetStringAsync(new Uri($"/v1/recommend?user=probe-{i}&count=1000", UriKind.Relative), Token);
            Assert.DoesNotContain($"\"{item}\"", answer, StringComparison.Ordinal);
        }
        var found = new List<double>();
        for (int i = 0; i < probes; i++)
        {
            string title = $"Unheard-of edition {i} of a lighthouse";
            await PostAsync(client, "/v1/items", JsonSerializer.Serialize(new { id = $"probe-{i}", title }));
            long acknowledged = Stopwatch.GetTimestamp();
            await Engine.Shop.EventuallyAsync(async () => (await client.GetStringAsync(
                new Uri($"/v1/search?count=30&text={Uri.EscapeDataString(title)}", UriKind.Relative), Token)).Contains($"\"probe-{i}\"",
                StringComparison.Ordinal), "it is found");
            found.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
        }
        await ended.CancelAsync();
        await others;
        // The middle one: the machine may be busy with other tests for a while.
        Assert.InRange(found.Order().ElementAt(probes / 2), 0, 1_000);
        Assert.Equal(0, (await HybridCommand.SignalAsync(serve, "INT")).ExitCode);
    }

    private static async Task WriteUntilAsync(HttpClient client, CancellationToken ended)
    {
        for (int i = 0; !ended.IsCancellationRequested; i++)
            await PostAsync(client, "/v1/events", JsonSerializer.Serialize(Enumerable.Range(0, 10).Select(n => new { user = $"W{n}", item = $"P{i % 40}" })));
    }

    private static async Task PostAsync(HttpClient client, string path, string json)
    {
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await client.PostAsync(new Uri(path, UriKind.Relative), body, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_usage_error_that_says_what_to_do()
    {
        using var folder = new ShopFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = ((IPEndPoint)taken.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        HybridCommand.Result result = await HybridCommand.RunAsync(folder.Path, "serve", "--port", port);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"--port {port}", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_asks_whether_it_is_ready_and_fails_where_nobody_answers()
    {
        using var folder = new ShopFolder();
        using Process serve = HybridCommand.Start(folder.Path, "serve", "--port", "0");
        string address = await serve.StandardOutput.ReadLineAsync(Token) ?? "";

        HybridCommand.Result ready = await HybridCommand.RunAsync(folder.Path, "health", address);
        HybridCommand.Result live = await HybridCommand.RunAsync(folder.Path, "health", address, "--live");
        serve.Kill();
        await serve.WaitForExitAsync(Token);
        HybridCommand.Result gone = await HybridCommand.RunAsync(folder.Path, "health", address);

        Assert.Equal((0, "ready\n", 0, "live\n"), (ready.ExitCode, ready.Output, live.ExitCode, live.Output));
        Assert.Equal((1, ""), (gone.ExitCode, gone.Output));
        Assert.Contains(address, gone.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_examples_of_help_can_be_called_as_they_stand()
    {
        using var folder = new ShopFolder();

        string help = (await HybridCommand.RunAsync(folder.Path, "serve", "--help")).Output;

        Assert.Contains("\n  curl '", help, StringComparison.Ordinal);
        Assert.Contains("\n  hybrid serve ", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_while_it_writes_it_comes_back_with_everything_that_it_has_acknowledged_and_indexes_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process.");
        int kills = int.Parse(Environment.GetEnvironmentVariable("HYBRID_KILLS") ?? "20", CultureInfo.InvariantCulture);
        int seed = Environment.TickCount;
        var random = new Random(seed);
        using var folder = new ShopFolder();
        var events = new ConcurrentDictionary<string, bool>();
        var items = new ConcurrentDictionary<string, bool?>();   // null: nobody has said what became of it
        var removed = new ConcurrentDictionary<string, bool>();
        for (int round = 0; round < kills; round++)
        {
            using Process serve = HybridCommand.Start(folder.Path, "serve", "--port", "0");
            string address = await serve.StandardOutput.ReadLineAsync(Token) ?? "";
            using var client = new HttpClient { BaseAddress = new Uri(address) };
            int before = events.Count, least = random.Next(1, 150), named = round;
            Task[] writers = [.. Enumerable.Range(0, 4).Select(writer => WriteUntilKilledAsync(client, $"r{named}w{writer}", events, items, removed))];
            while (events.Count < before + least && !writers.All(writer => writer.IsCompleted))
                await Task.Yield();
            serve.Kill();
            await serve.WaitForExitAsync(Token);
            await Task.WhenAll(writers);
            Assert.True(events.Count >= before + least, $"The service ended by itself, seed {seed}.");
        }

        await using HybridEngine engine = await HybridEngine.OpenAsync(new HybridOptions { DataPath = folder.DataPath, LiveIndex = new() },
            cancellationToken: Token);
        string[] kept = [.. engine.Records.ReadEvents().Select(happened => happened.Id ?? "")];
        Assert.Empty(events.Keys.Except(kept));
        Assert.Equal(kept.Length, kept.Distinct().Count());
        Assert.Equal(0, kept.GroupBy(id => id.Split('/')[0]).Count(call => call.Count() != 2));   // a call is there whole or not at all
        HashSet<string> stored = [.. engine.Records.ReadItems().Select(item => item.Id.Value)];
        Assert.Empty(items.Where(item => item.Value == true).Select(item => item.Key).Except(stored));
        Assert.Empty(items.Where(item => item.Value == false).Select(item => item.Key).Intersect(stored));
        Assert.Equal(0, stored.GroupBy(id => id.Split('/')[0]).Count(call => call.Count() != 2 && !removed.ContainsKey(call.Key)));
        await Engine.Shop.EventuallyAsync(() => Task.FromResult(engine.LiveIndex is { Waiting: 0 }), "everything is indexed");
        Assert.Equal(engine.Records.ItemCount, await (await engine.OpenItemsAsync(Token)).CountAsync(Token));
    }

    private static async Task WriteUntilKilledAsync(HttpClient client, string writer, ConcurrentDictionary<string, bool> events,
        ConcurrentDictionary<string, bool?> items, ConcurrentDictionary<string, bool> removed)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                string call = $"{writer}e{i}", item = $"{writer}i{i}";
                await SendAsync(HttpMethod.Post, "/v1/events",
                    $$"""[{"user":"U","item":"A","id":"{{call}}/1"},{"user":"V","item":"B","id":"{{call}}/2"}]""");
                (events[$"{call}/1"], events[$"{call}/2"]) = (true, true);
                if (i % 5 == 0)
                {
                    (items[$"{item}/1"], items[$"{item}/2"]) = (null, null);
                    await SendAsync(HttpMethod.Post, "/v1/items",
                        $$"""[{"id":"{{item}}/1","title":"Thing {{item}}"},{"id":"{{item}}/2","title":"Other thing {{item}}"}]""");
                    (items[$"{item}/1"], items[$"{item}/2"]) = (true, true);
                }
                if (i % 10 == 3)
                {
                    string earlier = $"{writer}i{i - 3}";
                    (removed[earlier], items[$"{earlier}/1"]) = (true, null);
                    await SendAsync(HttpMethod.Delete, $"/v1/items/{earlier}/1", null);
                    items[$"{earlier}/1"] = false;
                }
            }
        }
        catch (HttpRequestException)
        {
            // It was killed.
        }

        async Task SendAsync(HttpMethod method, string path, string? json)
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
            if (json is not null)
                request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await client.SendAsync(request, Token);
            await answer.Content.ReadAsByteArrayAsync(Token);
            Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        }
    }
}
