using System.Text.Json;

namespace Hybrid.Tests.Cli;

public sealed class ImportCommandTests(PreparedShop shop)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_commands_lead_from_two_CSV_files_to_recommendations()
    {
        using var folder = new ShopFolder();
        await folder.WriteAsync("items.csv", PreparedShop.Items);
        await folder.WriteAsync("events.csv", PreparedShop.EventsOf(others: 40));

        HybridCommand.Result import = await folder.DoAsync("import", "--items", "items.csv", "--events", "events.csv", "--index", "--train");
        HybridCommand.Result result = await folder.DoAsync("recommend", "--text", "something for the kitchen", "--user", "U2", "--explain", "--json");

        Assert.Contains("1 is on an item that the catalogue does not have", import.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("not indexed yet", import.Errors, StringComparison.Ordinal);
        Assert.Equal("U2", result.Json.GetProperty("query").GetProperty("user").GetString());
        Assert.Equal(["K1", "K2", "T1"], result.Ids.Order());
        JsonElement coffee = result.Json.GetProperty("results").EnumerateArray().Single(r => r.GetProperty("id").GetString() == "K1");
        Assert.StartsWith("behaviour", coffee.GetProperty("why").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_import_encodes_only_what_changed_and_drops_what_is_gone()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("items.csv", PreparedShop.Items
            .Replace("K2,Coffee grinder,Steel burrs", "K2,Coffee grinder,Ceramic burrs", StringComparison.Ordinal)
            .Replace("229,3", "199,0", StringComparison.Ordinal)
            .Replace("A2,Bluetooth speaker,Waterproof,audio,Brixholm,79,false\n", "", StringComparison.Ordinal));

        HybridCommand.Result import = await folder.DoAsync("import", "--items", "items.csv", "--json");
        HybridCommand.Result index = await folder.DoAsync("index", "--json");

        JsonElement items = import.Json.GetProperty("items");
        Assert.Equal((0, 2, 2, 1), (Int(items, "added"), Int(items, "changed"), Int(items, "unchanged"), Int(items, "removed")));
        Assert.Equal((1, 1, 2, 1), (Int(index.Json, "encoded"), Int(index.Json, "refreshed"), Int(index.Json, "unchanged"), Int(index.Json, "removed")));
        Assert.Equal("T1", (await folder.DoAsync("search", "tent", "--filter", "in_stock == false", "--json")).Ids.First());
        Assert.Equal(1, (await folder.RunAsync("similar", "A2")).ExitCode);
    }

    [Fact]
    public async Task A_strict_import_changes_nothing_for_a_single_bad_row()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("bad.csv", PreparedShop.Items + "B1,Bad,,,,free,\n");

        HybridCommand.Result strict = await folder.RunAsync("import", "--items", "bad.csv", "--strict");

        Assert.Equal(3, strict.ExitCode);
        Assert.Contains("bad.csv:7:11: price 'free' is not a finite number; write it like 12.99", strict.Errors, StringComparison.Ordinal);
        Assert.Contains("nothing was imported", strict.Errors, StringComparison.Ordinal);
        Assert.Equal(5, await CountAsync(folder));
    }

    [Fact]
    public async Task Bad_rows_are_reported_and_listed_in_a_file()
    {
        using var folder = new ShopFolder();
        await folder.WriteAsync("bad.csv", "id,title,price\nB1,Good,1\nB2,Bad,free\n,No id,2\n");

        HybridCommand.Result import = await folder.DoAsync("import", "--items", "bad.csv", "--json");

        Assert.Contains("bad.csv:4:1: id is missing", import.Errors, StringComparison.Ordinal);
        Assert.Equal(2, Int(import.Json, "rejected"));
        string[] rejects = await File.ReadAllLinesAsync(folder.File(import.Json.GetProperty("rejects_file").GetString()!), Token);   // ! : there are some
        Assert.Equal([3, 4], rejects.Select(line => Int(JsonDocument.Parse(line).RootElement, "line")));
        Assert.Equal(1, await CountAsync(folder));
    }

    [Fact]
    public async Task A_file_with_more_than_a_tenth_of_bad_rows_replaces_the_catalogue_only_when_told_to()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("bad.csv", "id,title,price\nB1,Good,1\nK1,Espresso machine,free\n,No id,2\n");

        HybridCommand.Result refused = await folder.RunAsync("import", "--items", "bad.csv");
        long before = await CountAsync(folder);
        HybridCommand.Result accepted = await folder.DoAsync("import", "--items", "bad.csv", "--accept-rejects");

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("2 of 3 items cannot be used", refused.Errors, StringComparison.Ordinal);
        Assert.Contains("Mend the file, or import the rest with --accept-rejects.", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(5, before);
        Assert.Contains("1 new, 0 changed, 0 unchanged, 4 removed", accepted.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_item_whose_row_cannot_be_used_keeps_the_row_it_had()
    {
        using ShopFolder folder = await shop.CopyAsync();
        string others = string.Concat(Enumerable.Range(1, 20).Select(i => $"N{i},Something new,,,,1,\n"));
        string changed = PreparedShop.Items.Replace("K2,Coffee grinder,Steel burrs,coffee,Denvik,99", "K2,Better,,,,free", StringComparison.Ordinal);
        await folder.WriteAsync("items.csv", changed + others);

        HybridCommand.Result import = await folder.DoAsync("import", "--items", "items.csv");
        HybridCommand.Result export = await folder.DoAsync("export");

        Assert.Contains("1 row was left out", import.Errors, StringComparison.Ordinal);
        JsonElement kept = export.Lines.Single(line => line.GetProperty("id").GetString() == "K2");
        Assert.Equal(("Coffee grinder", 99), (kept.GetProperty("title").GetString(), Int(kept, "price")));
        Assert.Equal(25, export.Lines.Length);
    }

    [Fact]
    public async Task A_file_with_a_header_and_no_rows_empties_nothing()
    {
        using ShopFolder folder = await shop.CopyAsync();
        await folder.WriteAsync("none.csv", "id,title\n");

        HybridCommand.Result import = await folder.DoAsync("import", "--items", "none.csv");

        Assert.Contains("the catalogue stays as it was", import.Errors, StringComparison.Ordinal);
        Assert.Equal(5, await CountAsync(folder));
    }

    [Fact]
    public async Task Export_gives_every_item_with_its_vector_and_import_reads_it_back()
    {
        using ShopFolder folder = await shop.CopyAsync();

        HybridCommand.Result export = await folder.DoAsync("export");
        HybridCommand.Result again = await folder.RunWithInputAsync(export.Output, "import", "--items", "-", "--json");

        Assert.Equal(["A1", "A2", "K1", "K2", "T1"], export.Lines.Select(l => l.GetProperty("id").GetString()!));
        Assert.All(export.Lines, l => Assert.Equal(384, l.GetProperty("vector").GetArrayLength()));
        Assert.Equal(5, Int(again.Json.GetProperty("items"), "unchanged"));
    }

    private static async Task<int> CountAsync(ShopFolder folder) => Int((await folder.DoAsync("status", "--json")).Json, "items");

    private static int Int(JsonElement element, string property) => element.GetProperty(property).GetInt32();
}
