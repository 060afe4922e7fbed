using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>Nothing that stands in data or in arguments is obeyed by the terminal that shows it.</summary>
public sealed class PlainOutputTests(PreparedShop shop)
{
    /// <summary>Sets the window's title, clears the screen, colours, by C0 and C1; turns the direction; ends the line.</summary>
    private const string Evil = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egnirts\u2066\r\nsecond line\u007f";

    [Fact]
    public async Task Titles_with_escape_sequences_are_shown_and_not_obeyed()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("evil.jsonl", JsonSerializer.Serialize(new { id = "E\u202e1", title = $"Teapot {Evil}", category = Evil, price = 5 }) + "\n");
        await folder.DoAsync("import", "--items", "evil.jsonl", "--merge", "--index");

        HybridCommand.Result search = await folder.DoAsync("search", "teapot", "-k", "1");
        HybridCommand.Result recommend = await folder.DoAsync("recommend", "--text", "teapot", "-k", "1", "--explain");
        HybridCommand.Result json = await folder.DoAsync("search", "teapot", "-k", "1", "--json");

        Assert.Contains("Teapot", search.Output, StringComparison.Ordinal);
        Assert.All([search, recommend], IsPlain);
        Assert.Equal(2, search.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        // Exact for programs, and yet no escape sequence for a terminal.
        Assert.Equal($"Teapot {Evil}", json.Json.GetProperty("results")[0].GetProperty("title").GetString());
        Assert.DoesNotContain(json.Output, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public async Task Messages_quote_without_what_a_terminal_would_obey()
    {
        using ShopFolder folder = await shop.CopyAsync();
        string badPrice = JsonSerializer.Serialize(new { id = "E1", title = "x", price = Evil }),
            badId = JsonSerializer.Serialize(new { id = Evil, title = "x" });
        await folder.WriteAsync("bad.jsonl", $"{badPrice}\n{badId}\n");

        HybridCommand.Result[] results =
        [
            await folder.RunAsync("import", "--items", "bad.jsonl", "--merge"),
            await folder.RunAsync(Evil),
            await folder.RunAsync("search", "x", "--model", Evil),
            await folder.RunAsync("search", "x", "--data", Evil),
            await folder.RunAsync("search", "x", "--filter", Evil),
            await folder.RunAsync("search", "x", "-k", Evil),
            await folder.RunAsync("similar", Evil),
            await folder.RunAsync("similar", "\u202eunknown"),
            await folder.RunAsync("recommend", "--user", "\u202estranger"),
            await folder.RunAsync("import", "--items", Evil),
            await folder.RunAsync("import", "--items", "items.csv", "--map", $"title={Evil}"),
        ];

        Assert.All(results, result => Assert.NotEmpty(result.Errors));
        Assert.All(results, IsPlain);
    }

    [Fact]
    public async Task A_long_title_takes_one_line_of_a_pipe()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("long.csv", $"id,title\nL1,{string.Concat(Enumerable.Repeat("very ", 200))}long teapot\n");
        await folder.DoAsync("import", "--items", "long.csv", "--merge", "--index");

        HybridCommand.Result search = await folder.DoAsync("search", "teapot", "-k", "6");

        Assert.Equal(7, search.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static void IsPlain(HybridCommand.Result result) => Assert.DoesNotContain(result.Output + result.Errors, c =>
        (char.IsControl(c) && c != '\n') || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));
}
