using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Cli;

public sealed class ModelOptionTests(PreparedShop shop)
{
    private const string Items = "id,title\nP100,无线蓝牙耳机 主动降噪 续航30小时\nP203,智能手机 5G 128GB存储 三摄系统\nP305,平板电脑 10英寸 2K屏幕 8核处理器\nP501,智能手表 健康监测 GPS 防水\n";

    [Theory]
    [InlineData(E5.Name)]
    [InlineData("folder")]
    public async Task What_is_indexed_with_a_model_by_name_or_folder_is_searched_with_it_without_being_told(string model)
    {
        using var folder = new ShopFolder();
        await folder.WriteAsync("items.csv", Items);
        await folder.DoAsync("import", "--items", "items.csv", "--index", "--model", model == "folder" ? E5.Folder : model);

        Assert.Equal("P501", await FirstOfAsync("search", "能打电话的手表"));
        Assert.Equal("P305", await FirstOfAsync("search", "a tablet for drawing"));
        Assert.Equal("P100", await FirstOfAsync("recommend", "--text", "无线降噪耳机"));
        Assert.Contains(E5.Name, (await folder.DoAsync("status")).Output, StringComparison.Ordinal);

        HybridCommand.Result index = await folder.DoAsync("index", "--json");
        Assert.Equal((0, "products@1"), (index.Json.GetProperty("encoded").GetInt32(), index.Json.GetProperty("collection").GetString()));

        async Task<string?> FirstOfAsync(params string[] command) =>
            (await folder.DoAsync([.. command, "--json"])).Json.GetProperty("results")[0].GetProperty("id").GetString();
    }

    [Fact]
    public async Task Another_model_is_refused_by_a_search_and_taken_by_index()
    {
        using ShopFolder folder = await shop.CopyAsync();

        HybridCommand.Result search = await folder.RunAsync("search", "tea", "--model", E5.Name);
        Assert.Equal(1, search.ExitCode);
        Assert.Contains(MiniLm.Name, search.Errors, StringComparison.Ordinal);
        Assert.Contains("leave --model out to search with the one it was indexed with, or run `hybrid index`", search.Errors, StringComparison.Ordinal);

        HybridCommand.Result index = await folder.DoAsync("index", "--model", E5.Name, "--json");
        Assert.Equal("products@2", index.Json.GetProperty("collection").GetString());
        Assert.Equal(0, (await folder.RunAsync("search", "tea")).ExitCode);
    }

    [Fact]
    public async Task A_name_that_no_model_has_is_refused_with_those_that_there_are()
    {
        using var folder = new ShopFolder();
        foreach (string[] command in (string[][])[["embed", "--model", "minilm"], ["bench", "--model", "minilm"]])
        {
            HybridCommand.Result result = await folder.RunWithInputAsync("tea\n", command);
            Assert.Equal(1, result.ExitCode);
            Assert.Contains("minilm: there is no such model folder, nor has a model beside this program that name (those there: "
                + "all-MiniLM-L6-v2, multilingual-e5-small-en-zh).", result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Embed_takes_a_model_by_its_name()
    {
        using var folder = new ShopFolder();
        E5.Golden golden = E5.Goldens().First(g => g.Query && g.Text.Length < 40);
        HybridCommand.Result result = await folder.RunWithInputAsync(golden.Text + "\n", "embed", "--tokens", "--model", E5.Name);
        Assert.Equal(golden.Ids, result.Lines.Single().GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()));
    }
}
