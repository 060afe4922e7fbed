using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>Ctrl-C and SIGTERM end a command with their own exit codes, and say what it has left.</summary>
public sealed class SignalTests(PreparedShop shop)
{
    [Theory]
    [InlineData("INT", 130, "Cancelled. Nothing was imported.\n", "id,title\n", "X{0},An item that must not stay\n", 20_000, "import", "--items", "-")]
    [InlineData("TERM", 143, "Cancelled. Nothing was imported.\n", "user,item,session\n", "X{0},An item that must not stay,S\n", 20_000, "import", "--events",
        "-")]
    [InlineData("INT", 130, "Cancelled.\n", "", "\n", 400_000, "search", "--batch", "-")]
    [InlineData("TERM", 143, "Cancelled.\n", "", "a line of a chunk that is never full{0,1000}\n", 200, "embed")]
    public async Task A_signal_ends_what_waits_for_standard_input_and_leaves_everything_as_it_was(
        string signal, int exitCode, string said, string first, string line, int lines, params string[] arguments)
    {
        SkipOnWindows();
        using ShopFolder folder = await shop.CopyAsync();
        using Process command = HybridCommand.Start(folder.Path, arguments);
        // More than the pipe holds: once it is all written, the command is reading. Then it waits for more, which never comes.
        await command.StandardInput.WriteAsync(first);
        for (int i = 0; i < lines; i++)
            await command.StandardInput.WriteAsync(string.Format(CultureInfo.InvariantCulture, line, i));
        await command.StandardInput.FlushAsync(TestContext.Current.CancellationToken);

        HybridCommand.Result result = await HybridCommand.SignalAsync(command, signal);

        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.EndsWith(said, result.Errors, StringComparison.Ordinal);   // lines of progress may come before it
        JsonElement status = (await folder.DoAsync("status", "--json")).Json;
        Assert.Equal((5, 93), (Int(status, "items"), Int(status, "events")));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_during_indexing_keeps_what_was_written_and_the_next_run_goes_on_from_there(string signal, int exitCode)
    {
        SkipOnWindows();
        const int Many = 3_000, More = 20;
        using var folder = new ShopFolder();
        await folder.WriteAsync("many.csv", Catalogue(Many));
        await folder.DoAsync("import", "--items", "many.csv");

        using Process index = HybridCommand.Start(folder.Path, "index");
        while (await IndexedAsync(folder) == 0)
            Assert.False(index.HasExited, "Indexing ended before it could be interrupted.");
        HybridCommand.Result interrupted = await HybridCommand.SignalAsync(index, signal);

        int written = await IndexedAsync(folder);
        HybridCommand.Result search = await folder.DoAsync("search", "item", "--json");
        // Not all that is left, which takes long: the next items in the order of indexing, which is that of the ids.
        await folder.WriteAsync("fewer.csv", Catalogue(written + More));
        await folder.DoAsync("import", "--replace", "--items", "fewer.csv");
        HybridCommand.Result next = await folder.DoAsync("index", "--json");

        Assert.Equal(exitCode, interrupted.ExitCode);
        Assert.EndsWith("Cancelled. What was encoded is kept; `hybrid index` goes on from there.\n", interrupted.Errors, StringComparison.Ordinal);
        Assert.InRange(written, 1, Many - More - 1);
        Assert.Equal(10, search.Ids.Count());
        Assert.Contains($"{Many - written:N0} items are not indexed yet", search.Errors, StringComparison.Ordinal);
        Assert.Equal((written, More), (Int(next.Json, "unchanged"), Int(next.Json, "encoded")));
    }

    private static string Catalogue(int count) => "id,title\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"X{i:D6},Item number {i} of many\n"));

    /// <summary>How many items the index has, as its user can see it.</summary>
    private static async Task<int> IndexedAsync(ShopFolder folder)
    {
        JsonElement collections = (await folder.DoAsync("status", "--json")).Json.GetProperty("collections");
        return collections.GetArrayLength() == 0 ? 0 : Int(collections[0], "items");
    }

    private static void SkipOnWindows() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process.");

    private static int Int(JsonElement element, string property) => element.GetProperty(property).GetInt32();
}
