using System.Globalization;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Cli;

public sealed class EmbedCommandTests
{
    [Fact]
    public async Task Embed_gives_the_golden_ids_and_vectors_of_lines()
    {
        MiniLm.Golden[] goldens = [.. MiniLm.Goldens().Where(g => g.Text.Length is > 0 and < 60 && !g.Text.AsSpan().ContainsAny('\n', '\r')).Take(12)];
        using var folder = new ShopFolder();

        HybridCommand.Result result = await folder.RunWithInputAsync(string.Concat(goldens.Select(g => g.Text + "\n")), "embed", "--tokens");

        Assert.Equal(goldens.Select(g => g.Text), result.Lines.Select(l => l.GetProperty("text").GetString()));
        Assert.Equal(
            goldens.Select(g => string.Join(',', g.Ids)),
            result.Lines.Select(l => string.Join(',', l.GetProperty("ids").EnumerateArray().Select(e => e.GetInt32().ToString(CultureInfo.InvariantCulture)))));
    }

    [Fact]
    public async Task A_line_that_is_not_UTF8_is_refused_where_it_is()
    {
        using var folder = new ShopFolder();

        HybridCommand.Result embed = await HybridCommand.RunWithInputAsync(folder.Path, [.. "tea\n{\"text\": \""u8, 0xFF, .. "\"}\n"u8], "embed");

        Assert.Equal(3, embed.ExitCode);
        Assert.Single(embed.Lines);
        Assert.Contains("standard input:2:11: the byte 0xFF is not UTF-8", embed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_million_short_texts_go_through_with_little_memory()
    {
        const int Texts = 1_000_000;
        using TinyModel model = new();
        using var folder = new TemporaryFolder();
        using (StreamWriter lines = new(folder.File("lines")))
        {
            for (int i = 0; i < Texts; i++)
                lines.WriteLine($"hello {i}");
        }

        // Texts and vectors are 100 MB.
        HybridCommand.Result result = await HybridCommand.RunInShellWithEnvironmentAsync(folder.Path, "< lines | tail -n 1",
            "DOTNET_GCHeapHardLimit=0x1800000", "embed", "--model", model.Folder);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal($"hello {Texts - 1}", result.Json.GetProperty("text").GetString());
    }
}
