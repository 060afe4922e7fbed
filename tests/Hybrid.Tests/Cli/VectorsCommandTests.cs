using System.Globalization;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

public sealed class VectorsCommandTests(PreparedShop shop) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sum_of_words_is_asked_of_a_file()
    {
        Compass();
        HybridCommand.Result table = await RunAsync("most-similar", "east", "-", "west", "--vectors", "v.txt");
        Assert.Equal(0, table.ExitCode);
        Assert.Equal(["# score  key", "1 0.7071 northeast", "2 0.0000 north"], table.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        JsonElement json = (await RunAsync("most-similar", "east*0.5 + north", "--vectors", "v.txt", "-k", "1", "--json")).Json;
        Assert.Equal(["east 0.5", "north 1"], json.GetProperty("query").EnumerateArray()
            .Select(term => string.Create(CultureInfo.InvariantCulture, $"{term.GetProperty("key").GetString()} {term.GetProperty("weight").GetDouble()}")));
        JsonElement best = Assert.Single(json.GetProperty("results").EnumerateArray().ToArray());
        Assert.Equal((1, "northeast"), (best.GetProperty("rank").GetInt32(), best.GetProperty("key").GetString()));

        Assert.Equal("north", (await RunAsync("analogy", "east", "northeast", "west", "--vectors", "v.txt", "--json")).Json
            .GetProperty("results")[0].GetProperty("key").GetString());
        Assert.Equal("0.7071\n", (await RunAsync("similarity", "north", "northeast", "--vectors", "v.txt")).Output);
        Assert.Equal("west\n", (await RunAsync("doesnt-match", "east", "west", "northeast", "--vectors", "v.txt")).Output);
    }

    [Fact]
    public async Task Questions_are_evaluated_by_section()
    {
        Compass();
        await File.WriteAllTextAsync(_folder.File("q.txt"), ": turns\nEast northeast west north\neast north west nowhere\n",
            TestContext.Current.CancellationToken);
        HybridCommand.Result table = await RunAsync("evaluate", "--vectors", "v.txt", "--questions", "q.txt");
        Assert.Equal(["section right asked accuracy unknown", "turns       1     1  100.0 %       1", "total       1     1  100.0 %       1"],
            table.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        JsonElement total = (await RunAsync("evaluate", "--vectors", "v.txt", "--questions", "q.txt", "--count-unknown", "--json")).Json.GetProperty("total");
        Assert.Equal(["1", "1", "0.5"], ((string[])["correct", "incorrect", "accuracy"]).Select(name => total.GetProperty(name).GetRawText()));
    }

    [Fact]
    public async Task The_items_of_a_data_folder_are_asked_and_converted()
    {
        ShopFolder data = await shop.ShareAsync();
        HybridCommand.Result similar = await HybridCommand.RunAsync(data.Path, "vectors", "most-similar", "A1", "-", "K1", "--json");
        Assert.Equal("A2", similar.Json.GetProperty("results")[0].GetProperty("key").GetString());

        string file = _folder.File("items.bin");
        HybridCommand.Result converted = await HybridCommand.RunAsync(data.Path, "vectors", "convert", file, "--as", "binary", "--json");
        Assert.Equal("binary", converted.Json.GetProperty("format").GetString());
        Assert.Equal(similar.Output, (await RunAsync("most-similar", "A1 - K1", "--vectors", file, "--json")).Output);
    }

    [Theory]
    [InlineData(1, "hybrid: 'Nort' has no vector. Is north meant?", "most-similar", "Nort", "--vectors", "v.txt")]
    [InlineData(1, "run `hybrid import", "most-similar", "A1", "--data", "nowhere")]
    [InlineData(2, "which of the two", "most-similar", "A1", "--vectors", "v.txt", "--data", "shop")]
    [InlineData(2, "name it with --vectors", "most-similar", "A1", "--limit", "5")]
    [InlineData(2, "a weight is a number", "most-similar", "east*much", "--vectors", "v.txt")]
    [InlineData(2, "A key is missing at the end", "most-similar", "east", "-", "--vectors", "v.txt")]
    [InlineData(2, "cancels out", "most-similar", "east", "+", "west", "--vectors", "v.txt")]
    [InlineData(2, "takes text or binary or glove", "convert", "out", "--as", "csv", "--vectors", "v.txt")]
    [InlineData(3, "bad.txt:2: number 2 of 'b' is 'nan', where a finite number is expected", "most-similar", "a", "--vectors", "bad.txt")]
    public async Task What_cannot_be_done_is_said_with_its_exit_code(int exitCode, string message, params string[] arguments)
    {
        Compass();
        await File.WriteAllTextAsync(_folder.File("bad.txt"), "a 1 2\nb 3 nan\n", TestContext.Current.CancellationToken);
        HybridCommand.Result result = await RunAsync(arguments);
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Empty(result.Output);
    }

    private void Compass() => File.WriteAllText(_folder.File("v.txt"), "4 2\neast 2 0\nnorth 0 3\nnortheast 1 1\nwest -5 0\n");

    private Task<HybridCommand.Result> RunAsync(params string[] arguments) => HybridCommand.RunAsync(_folder.Path, ["vectors", .. arguments]);
}
