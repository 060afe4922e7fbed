using System.CommandLine;
using Hybrid.Cli.Commands;

namespace Hybrid.Tests.Cli;

public sealed class HelpTests
{
    private static readonly string[] Commands =
    [
        "demo", "import", "index", "tune-index", "train", "finetune", "bridge", "eval", "embed", "vectors", "align", "model", "search", "similar", "recommend",
        "status", "copy", "migrate", "export", "bench",
    ];

    [Fact]
    public async Task Help_shows_every_command_and_examples_and_the_exit_codes()
    {
        string help = await HelpOfAsync();

        Assert.Contains("  hybrid [command] [options]", help, StringComparison.Ordinal);
        Assert.Contains("3 bad rows or lines in the input, 130 cancelled, 143 terminated", help, StringComparison.Ordinal);
        foreach (string command in Commands)
        {
            Assert.Contains($"  hybrid {command}", help, StringComparison.Ordinal);
            Assert.Contains("Examples:", await HelpOfAsync(command), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("import")]
    [InlineData("index")]
    [InlineData("tune-index")]
    [InlineData("train")]
    [InlineData("search")]
    [InlineData("similar")]
    [InlineData("recommend")]
    [InlineData("status")]
    [InlineData("export")]
    public async Task Every_command_that_opens_the_data_takes_a_store_and_shows_one(string command)
    {
        string help = await HelpOfAsync(command);
        Assert.Contains("--store <milvus://[user@]host[:port][/db]", help, StringComparison.Ordinal);
        Assert.Contains("milvus://localhost:19530/shop", help, StringComparison.Ordinal);
        Assert.Contains("HYBRID_STORE", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_help_has_a_word_of_the_makers_or_a_name_of_NET()
    {
        foreach (string[] command in Commands.Select(command => (string[])[command]).Append([]))
        {
            string help = await HelpOfAsync(command);
            Assert.DoesNotContain("seeds", help, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("System.", help, StringComparison.Ordinal);
        }
    }

    private static async Task<string> HelpOfAsync(params string[] command)
    {
        using var output = new StringWriter();
        int exitCode = await CommandTree.Parse([.. command, "--help"])
            .InvokeAsync(new InvocationConfiguration { Output = output }, TestContext.Current.CancellationToken);
        Assert.Equal(0, exitCode);
        return output.ToString();
    }
}
