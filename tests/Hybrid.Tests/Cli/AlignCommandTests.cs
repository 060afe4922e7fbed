using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

public sealed class AlignCommandTests
{
    private static readonly string[] Themes =
    [
        "Espresso coffee machine", "Camping tent for two", "Guitar strings, nickel", "Running shoes, light", "Wooden baby toy", "Kitchen knife, steel",
        "Garden hose, green", "Fishing rod, carbon", "Desk lamp with clamp", "Winter coat, wool",
    ];

    [Fact]
    public async Task Training_leads_texts_into_behaviour_and_turns_a_new_model_like_the_one_before()
    {
        using var shop = new ShopFolder();
        await shop.WriteAsync("items.csv", Items());
        await shop.WriteAsync("events.csv", Events());
        await shop.DoAsync("import", "--items", "items.csv", "--events", "events.csv", "--index");

        JsonElement trained = (await shop.DoAsync("train", "--workers", "1", "--json")).Json;
        Assert.Equal(1_200 * 5, trained.GetProperty("occurrences").GetInt64());
        Assert.InRange(trained.GetProperty("seconds").GetDouble(), 1e-6, 600);
        JsonElement fromText = trained.GetProperty("from_text");
        Assert.Equal(240, fromText.GetProperty("shared").GetInt32());
        Assert.True(fromText.GetProperty("agreement").GetDouble() >= 2 * fromText.GetProperty("chance").GetDouble());
        Assert.False(trained.TryGetProperty("likeness", out _));

        // Nobody has touched N0, whose text says that it is one more of what the shopper looks at.
        string[] query = ["recommend", "--text", Themes[0], "--history", "I0-3,I0-4,I0-5", "-k", "241", "--explain", "--json"];
        JsonElement classic = New(await shop.DoAsync(query)), mapped = New(await shop.DoAsync([.. query, "--map-new-items"]));
        Assert.Equal(0, classic.GetProperty("score").GetDouble());
        Assert.False(classic.TryGetProperty("mapped", out _));
        Assert.True(mapped.GetProperty("mapped").GetBoolean());
        Assert.InRange(mapped.GetProperty("score").GetDouble(), 0.3, 1);
        Assert.StartsWith("no one has touched it yet; its text, led into behaviour, is at ", mapped.GetProperty("why").GetString(), StringComparison.Ordinal);

        JsonElement like = (await shop.DoAsync("train", "--seed", "2", "--like", "current", "--json")).Json.GetProperty("likeness");
        Assert.InRange(like.GetProperty("median_cosine").GetDouble(), 0.5, 1);
        await shop.WriteAsync("more.csv", "user,item,time\nM1,I0-3,2026-02-01T10:00:00Z\nM1,N9,2026-02-01T10:01:00Z\n");
        await shop.DoAsync("import", "--events", "more.csv", "--merge");
        JsonElement continued = (await shop.DoAsync("train", "--continue", "--json")).Json.GetProperty("continued");
        Assert.Equal((1, 1), (continued.GetProperty("new_items").GetInt32(), continued.GetProperty("overlap").GetDouble()));
        Assert.Contains("goes on with the knobs", (await shop.RunAsync("train", "--continue", "--epochs", "3")).Errors, StringComparison.Ordinal);
        Assert.Contains("give that, too", (await shop.RunAsync("train", "--move", "0.5")).Errors, StringComparison.Ordinal);
        Assert.Contains("0 to 1, not 1.5", (await shop.RunAsync("train", "--continue", "--move", "1.5")).Errors, StringComparison.Ordinal);
        JsonElement report = (await shop.DoAsync("align", "text:hybrid-data", "behavior:hybrid-data", "--map", "ridge", "--out", "led.bin", "--json")).Json;
        Assert.Equal(("ridge", 240), (report.GetProperty("map").GetString(), report.GetProperty("shared").GetInt32()));
        Assert.Contains(" grown@", report.GetProperty("target").GetString(), StringComparison.Ordinal);   // it learned on
        Assert.Contains("all-MiniLM-L6-v2@", report.GetProperty("space").GetString(), StringComparison.Ordinal);
        HybridCommand.Result near = await shop.DoAsync("vectors", "most-similar", "N0", "--vectors", "led.bin", "-k", "3", "--json");
        Assert.All(near.Json.GetProperty("results").EnumerateArray(), one =>
            Assert.StartsWith("I0-", one.GetProperty("key").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_aligned_is_said()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("a.txt"), "x 1 2\ny 3 4\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("b.txt"), "z 1 2 3\n", TestContext.Current.CancellationToken);
        await SaysAsync(1, "share no key", "a.txt", "b.txt");
        await SaysAsync(1, "share 2 vectors, and a map is fitted on 200 or more", "a.txt", "a.txt");
        await SaysAsync(2, "have vectors of different lengths", "a.txt", "b.txt", "--map", "none");
        await SaysAsync(2, "is a folder: name its text:", "a.txt", ".");
        HybridCommand.Result preset = await HybridCommand.RunAsync(folder.Path, "train", "--preset", "best");
        Assert.Equal((2, true), (preset.ExitCode, preset.Errors.Contains("--preset takes music or shop or clicks, not 'best'", StringComparison.Ordinal)));
        await SaysAsync(2, "--map takes auto or none or rotation or ridge or low-rank, not 'best'", "a.txt", "b.txt", "--map", "best");

        async Task SaysAsync(int exitCode, string message, params string[] arguments)
        {
            HybridCommand.Result result = await HybridCommand.RunAsync(folder.Path, ["align", .. arguments]);
            Assert.Contains(message, result.Errors, StringComparison.Ordinal);
            Assert.Equal(exitCode, result.ExitCode);
        }
    }

    private static JsonElement New(HybridCommand.Result answer) =>
        answer.Json.GetProperty("results").EnumerateArray().Single(result => result.GetProperty("id").GetString() == "N0");

    private static string Items()
    {
        var csv = new StringBuilder("id,title\n");
        for (int theme = 0; theme < Themes.Length; theme++)
        {
            for (int i = 0; i < 24; i++)
                csv.Append(CultureInfo.InvariantCulture, $"I{theme}-{i},\"{Themes[theme]}, model {i}\"\n");
        }
        return csv.Append(CultureInfo.InvariantCulture, $"N0,\"{Themes[0]}, model 24\"\n").ToString();
    }

    private static string Events()
    {
        var random = new Random(3);
        var csv = new StringBuilder("user,item,time\n");
        for (int user = 0; user < 1_200; user++)
        {
            int[] items = [.. Enumerable.Range(0, 24).OrderBy(_ => random.Next()).Take(5)];
            for (int i = 0; i < 5; i++)
                csv.Append(CultureInfo.InvariantCulture, $"U{user},I{user % Themes.Length}-{items[i]},2026-01-01T10:0{i}:00Z\n");
        }
        return csv.ToString();
    }
}
