using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

public sealed class FinetuneCommandTests(PreparedShop shop)
{
    /// <summary>Synthetic words of two halves: texts are near by the first, sessions go by the second.</summary>
    [Fact]
    public async Task Finetune_reports_its_gain_and_index_and_search_take_the_adapter()
    {
        using var folder = new ShopFolder();
        await folder.WriteAsync("items.csv", Items());
        await folder.WriteAsync("events.csv", Events());
        await folder.DoAsync("import", "--items", "items.csv", "--events", "events.csv", "--index");

        HybridCommand.Result tuned = await folder.DoAsync("finetune", "--passes", "3", "--rate", "0.001", "--decay", "0.1", "--json");
        Assert.Equal("adapter-1", tuned.Json.GetProperty("adapter").GetString());
        Assert.Contains("Pass 1 of 3 at most: loss ", tuned.Errors, StringComparison.Ordinal);
        foreach (string metric in (string[])["recall", "ndcg"])
        {
            JsonElement gain = tuned.Json.GetProperty("gain").GetProperty(metric);
            Assert.True(gain.GetProperty("low").GetDouble() > 0, tuned.Output);
        }
        Assert.Contains("--adapter adapter-1 brings its model along",
            (await folder.RunAsync("index", "--adapter", "adapter-1", "--model", "all-MiniLM-L6-v2")).Errors, StringComparison.Ordinal);
        await folder.DoAsync("index", "--adapter", "adapter-1");
        Assert.Contains("all-MiniLM-L6-v2+adapter-1", (await folder.DoAsync("status")).Output, StringComparison.Ordinal);
        Assert.NotEmpty((await folder.DoAsync("search", "a red thing", "--json")).Json.GetProperty("results").EnumerateArray());
        await folder.DoAsync("search", "a red thing", "--adapter", "adapter-1");

        await File.WriteAllTextAsync(folder.DataFile("adapter-1.bin"), "broken", TestContext.Current.CancellationToken);
        HybridCommand.Result damaged = await folder.RunAsync("search", "a red thing");
        Assert.Equal(1, damaged.ExitCode);
        Assert.Contains("it is not a text adapter. Run `hybrid finetune`.", damaged.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_tuned_or_bridged_is_said()
    {
        ShopFolder folder = await shop.ShareAsync();
        await SaysAsync(1, "sessions of two or more items that have a text", "finetune");
        await SaysAsync(2, "--temperature takes 0.001 to 1, not 3", "finetune", "--temperature", "3");
        await SaysAsync(1, "those there: none", "index", "--adapter", "adapter-7");
        await SaysAsync(1, "those there: none", "search", "tea", "--bridge", "bridge-7");
        await SaysAsync(2, "give --encoder or --adapter", "bridge");
        await SaysAsync(1, "its queries need no bridge", "bridge", "--encoder", "all-MiniLM-L6-v2");
        await SaysAsync(2, "--least-recall takes 0 to 1, not 7", "bridge", "--encoder", "all-MiniLM-L6-v2", "--least-recall", "7");

        async Task SaysAsync(int exitCode, string message, params string[] command)
        {
            HybridCommand.Result result = await folder.RunAsync(command);
            Assert.Contains(message, result.Errors, StringComparison.Ordinal);
            Assert.Equal(exitCode, result.ExitCode);
        }
    }

    private static readonly string[] Colors = ["red", "blue", "green", "yellow", "black", "white", "purple", "orange", "pink", "brown", "golden", "silver"];

    private static readonly string[] Things =
    [
        "kettle", "tent", "guitar", "shoes", "train", "knife", "hose", "fishing rod", "lamp", "coat", "headphones", "umbrella", "bicycle", "novel",
    ];

    private static string Items() =>
        "id,title\n" + string.Concat(from color in Colors from thing in Things select $"{color}-{thing},\"{thing}, {color}\"\n");

    private static string Events()
    {
        var random = new Random(3);
        var csv = new StringBuilder("user,item,time\n");
        for (int user = 0; user < 900; user++)
        {
            for (int i = 0; i < 4; i++)
            {
                csv.Append(CultureInfo.InvariantCulture,
                    $"U{user},{Colors[user % Colors.Length]}-{Things[random.Next(Things.Length)]},2026-01-01T10:0{i}:00Z\n");
            }
        }
        return csv.ToString();
    }
}
