namespace Hybrid.Tests.Cli;

/// <summary>What a user reads who asks for something that cannot be: one line in the words of the command, and an exit code.</summary>
public sealed class FailureTests(PreparedShop shop)
{
    [Theory]
    [InlineData(2, "There is no command 'serach'. Commands: demo, import,", "serach", "x")]
    [InlineData(2, "Which command? demo,")]
    [InlineData(2, "See `hybrid search --help`.", "search", "x", "-k", "0")]
    [InlineData(2, "--window takes 1 or more, not 0.", "train", "--window", "0")]
    [InlineData(2, "text is blank", "search", " ")]
    [InlineData(2, "item: '' is not an item id: it is empty", "similar", "")]
    [InlineData(2, "user: '' is not a user id: it is empty", "recommend", "--user", "")]
    [InlineData(2, "The query starts from the text 'x' and from the item K1: give one of them.", "recommend", "--text", "x", "--item", "K1")]
    [InlineData(2, "Malformed filter at column 1: unknown field 'categry'. Did you mean category?", "search", "x", "--filter", "categry == \"a\"")]
    [InlineData(2, "names no field", "import", "--items", "items.csv", "--map", "colour=x")]
    [InlineData(2, "./hybrid-data holds data that no demo made", "demo", "--data", "./hybrid-data")]
    [InlineData(3, "nowhere.csv: it does not exist", "import", "--items", "nowhere.csv")]
    [InlineData(3, "none-*.csv: no file matches it", "import", "--items", "none-*.csv")]
    [InlineData(3, "nowhere.jsonl: it does not exist", "search", "--batch", "nowhere.jsonl")]
    [InlineData(3, "there is no column 'nix', which the map gives to title", "import", "--items", "items.csv", "--map", "title=nix")]
    [InlineData(1, "There is no data in nowhere: run `hybrid import --items items.csv` first", "search", "x", "--data", "nowhere")]
    [InlineData(1, "does not know the item 'NOBODY'", "similar", "NOBODY")]
    [InlineData(1, "does not know the item 'NOBODY'", "recommend", "--item", "NOBODY")]
    [InlineData(1, "there is no such model folder", "search", "x", "--model", "nowhere")]
    [InlineData(1, "Lower --min-count or import more events.", "train", "--min-count", "1000")]
    public async Task What_cannot_be_done_is_said_in_one_line_with_its_exit_code(int exitCode, string said, params string[] arguments)
    {
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result result = await folder.RunAsync(arguments);

        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", result.Errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_model_that_the_shop_was_not_indexed_with_is_refused_by_its_name()
    {
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result result = await folder.RunAsync("search", "x", "--model", RepositoryFiles.Model("multilingual-e5-small-en-zh"));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("multilingual-e5-small-en-zh", result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("bug", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_behaviour_model_that_is_gone_or_damaged_is_named_with_the_command_that_makes_it()
    {
        using ShopFolder folder = await shop.CopyAsync();
        string model = Directory.EnumerateFiles(folder.DataPath, "item2vec*").Single();
        byte[] bytes = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);
        bytes[bytes.Length / 4] ^= 1;   // of what answers need; the second half is for who trains on

        await File.WriteAllBytesAsync(model, bytes, TestContext.Current.CancellationToken);
        HybridCommand.Result damaged = await folder.RunAsync("recommend", "--user", "U1");
        File.Delete(model);
        HybridCommand.Result gone = await folder.RunAsync("recommend", "--user", "U1");
        await folder.DoAsync("train");
        HybridCommand.Result again = await folder.DoAsync("recommend", "--user", "U1");

        Assert.Equal((1, 1), (damaged.ExitCode, gone.ExitCode));
        Assert.Contains("its checksum does not match. Train it again with `hybrid train`.", damaged.Errors, StringComparison.Ordinal);
        Assert.Contains("there is no such file. Train the model with `hybrid train`.", gone.Errors, StringComparison.Ordinal);
        Assert.Contains("K2", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_of_Hybrid_is_named()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("hybrid-data/records.db", string.Concat(Enumerable.Repeat("this is no database ", 1000)));

        HybridCommand.Result result = await folder.RunAsync("status");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("records.db", result.Errors, StringComparison.Ordinal);
        Assert.Contains("is not a database", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("embed")]
    [InlineData("import", "--items", "-")]
    [InlineData("search", "--batch", "-")]
    public async Task Standard_input_that_cannot_be_read_is_named(params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sh.");
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result result = await HybridCommand.RunInShellAsync(folder.Path, "< /", arguments);

        Assert.Equal((3, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("hybrid: standard input:", result.Errors, StringComparison.Ordinal);
        Assert.Contains("Is a directory", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("search", "coffee")]
    [InlineData("search", "coffee", "--json")]
    [InlineData("export")]
    public async Task A_full_disk_under_the_output_is_said(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        ShopFolder folder = await shop.ShareAsync();

        HybridCommand.Result result = await HybridCommand.RunInShellAsync(folder.Path, "> /dev/full", arguments);

        Assert.Equal((1, "hybrid: No space left on device\n"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public async Task A_reader_that_has_seen_enough_ends_the_command_without_a_complaint()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no pipe that ends so.");
        ShopFolder folder = await shop.ShareAsync();
        using System.Diagnostics.Process export = HybridCommand.Start(folder.Path, "export");
        export.StandardOutput.Close();

        string errors = await export.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await export.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("", 0), (errors, export.ExitCode));
    }
}
