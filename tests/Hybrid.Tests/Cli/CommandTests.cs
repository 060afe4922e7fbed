using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Cli;

public sealed class CommandTests : IDisposable
{
    private const string Items = """
        id,title,text,category,brand,price,in_stock
        A1,Wireless headphones,With noise cancelling,audio,Aldervane,149,true
        A2,Bluetooth speaker,Waterproof,audio,Brixholm,79,false
        K1,Espresso machine,With a steam wand,coffee,Calduro,349,true
        K2,Coffee grinder,Steel burrs,coffee,Denvik,99,yes
        T1,Two-person tent,For festivals,outdoor,Elmstrand,229,3

        """;

    private const string Events = """
        user,item,time
        U1,K1,2026-01-01T10:00:00Z
        U1,K2,2026-01-01T10:05:00Z
        U2,A1,2026-01-01T10:00:00Z
        U2,A2,2026-01-01T10:02:00Z
        U3,K2,2026-01-02T10:00:00Z
        U3,K1,2026-01-02T10:02:00Z
        U3,GONE,2026-01-02T10:03:00Z

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_commands_lead_from_two_CSV_files_to_recommendations()
    {
        await ImportShopAsync();

        HybridCommand.Result result = await RunAsync("recommend", "--text", "something for the kitchen", "--user", "U1", "--explain", "--json");

        Assert.Equal(0, result.ExitCode);
        JsonElement[] results = [.. result.Json.GetProperty("results").EnumerateArray()];
        Assert.Equal(5, results.Length);
        Assert.Contains(results[0].GetProperty("id").GetString(), (string[])["K1", "K2"]);
        Assert.StartsWith("behaviour", results[0].GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.Equal("U1", result.Json.GetProperty("query").GetProperty("user").GetString());
    }

    [Fact]
    public async Task Search_and_similar_answer_in_tables_and_obey_filters()
    {
        await ImportShopAsync();

        HybridCommand.Result search = await RunAsync("search", "coffee", "-k", "2", "--filter", "price < 200");
        Assert.Equal(0, search.ExitCode);
        Assert.Contains("K2", search.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("K1", search.Output, StringComparison.Ordinal);

        HybridCommand.Result similar = await RunAsync("similar", "K1", "--json");
        Assert.Equal("K2", similar.Json.GetProperty("results")[0].GetProperty("id").GetString());
        Assert.DoesNotContain(similar.Json.GetProperty("results").EnumerateArray(), r => r.GetProperty("id").GetString() == "K1");
    }

    [Fact]
    public async Task A_batch_answers_each_line_in_order_and_a_bad_line_with_an_error()
    {
        await ImportShopAsync();
        await File.WriteAllTextAsync(_folder.File("queries.jsonl"), """
            {"text": "coffee", "count": 1}
            not json
            {"item": "K1", "history": ["A1", "A2"]}
            {"item": "NOBODY"}
            {"history": "K1", "k": 3}
            {"user": "U3", "filter": "category == \"audio\"", "explain": true}
            {"text": "x", "filter": "prise < 3"}
            """, TestContext.Current.CancellationToken);

        HybridCommand.Result result = await RunAsync("recommend", "--batch", "queries.jsonl");

        Assert.Equal(3, result.ExitCode);
        JsonElement[] lines = result.Lines;
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], lines.Select(l => l.GetProperty("line").GetInt32()));
        Assert.Single(lines[0].GetProperty("results").EnumerateArray());
        Assert.Contains("one JSON object", lines[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(["A1", "A2"], lines[2].GetProperty("query").GetProperty("history").EnumerateArray().Select(e => e.GetString()!));
        Assert.Contains("'NOBODY'", lines[3].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("fields text, item, user, history, count", lines[4].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.All(lines[5].GetProperty("results").EnumerateArray(), r => Assert.Equal("audio", r.GetProperty("category").GetString()));
        Assert.Contains("Did you mean price?", lines[6].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("4 of 7 queries", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_import_encodes_only_what_changed_and_drops_what_is_gone()
    {
        await ImportShopAsync();
        await File.WriteAllTextAsync(_folder.File("items.csv"), Items
            .Replace("K2,Coffee grinder,Steel burrs", "K2,Coffee grinder,Ceramic burrs", StringComparison.Ordinal)
            .Replace("229,3", "199,0", StringComparison.Ordinal)
            .Replace("A2,Bluetooth speaker,Waterproof,audio,Brixholm,79,false\n", "", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        HybridCommand.Result import = await RunAsync("import", "--items", "items.csv", "--json");
        HybridCommand.Result index = await RunAsync("index", "--json");

        JsonElement items = import.Json.GetProperty("items");
        Assert.Equal((0, 2, 2, 1), (Int(items, "added"), Int(items, "changed"), Int(items, "unchanged"), Int(items, "removed")));
        Assert.Equal((1, 1, 2, 1), (Int(index.Json, "encoded"), Int(index.Json, "refreshed"), Int(index.Json, "unchanged"), Int(index.Json, "removed")));
        HybridCommand.Result tent = await RunAsync("search", "tent", "--filter", "in_stock == false", "--json");
        Assert.Equal("T1", tent.Json.GetProperty("results")[0].GetProperty("id").GetString());
        Assert.Equal(1, (await RunAsync("similar", "A2")).ExitCode);
    }

    [Fact]
    public async Task Bad_rows_are_reported_and_written_to_a_file_and_strict_changes_nothing()
    {
        await ImportShopAsync();
        await File.WriteAllTextAsync(_folder.File("bad.csv"), "id,title,price\nB1,Good,1\nB2,Bad,free\n,No id,2\n", TestContext.Current.CancellationToken);

        HybridCommand.Result strict = await RunAsync("import", "--items", "bad.csv", "--strict");
        Assert.Equal(3, strict.ExitCode);
        Assert.Contains("bad.csv:3:8: price 'free' is not a finite number; write it like 12.99", strict.Errors, StringComparison.Ordinal);
        Assert.Contains("nothing was imported", strict.Errors, StringComparison.Ordinal);
        Assert.Equal(5, Int((await RunAsync("status", "--json")).Json, "items"));

        HybridCommand.Result lenient = await RunAsync("import", "--items", "bad.csv", "--json");
        Assert.Equal(0, lenient.ExitCode);
        Assert.Contains("bad.csv:4:1: id is missing", lenient.Errors, StringComparison.Ordinal);
        string[] rejects = await File.ReadAllLinesAsync(lenient.Json.GetProperty("rejects_file").GetString()!.Insert(0, _folder.Path + "/"), TestContext.Current.CancellationToken);
        Assert.Equal([3, 4], rejects.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("line").GetInt32()));
        Assert.Equal(1, Int((await RunAsync("status", "--json")).Json, "items"));
    }

    [Fact]
    public async Task Export_gives_every_item_with_its_vector_and_import_reads_it_back()
    {
        await ImportShopAsync();

        HybridCommand.Result export = await RunAsync("export");

        Assert.Equal(["A1", "A2", "K1", "K2", "T1"], export.Lines.Select(l => l.GetProperty("id").GetString()!));
        Assert.All(export.Lines, l => Assert.Equal(384, l.GetProperty("vector").GetArrayLength()));
        HybridCommand.Result again = await HybridCommand.RunWithInputAsync(_folder.Path, export.Output, "import", "--items", "-", "--json");
        Assert.Equal(5, Int(again.Json.GetProperty("items"), "unchanged"));
    }

    [Fact]
    public async Task Embed_gives_the_golden_ids_and_vectors_of_lines()
    {
        MiniLm.Golden[] goldens = [.. MiniLm.Goldens().Where(g => g.Text.Length is > 0 and < 60 && !g.Text.AsSpan().ContainsAny('\n', '\r')).Take(12)];

        HybridCommand.Result result = await HybridCommand.RunWithInputAsync(_folder.Path, string.Concat(goldens.Select(g => g.Text + "\n")), "embed", "--tokens");

        Assert.Equal(goldens.Select(g => g.Text), result.Lines.Select(l => l.GetProperty("text").GetString()));
        Assert.Equal(goldens.Select(g => string.Join(',', g.Ids)), result.Lines.Select(l => string.Join(',', l.GetProperty("ids").EnumerateArray().Select(e => e.GetInt32().ToString(CultureInfo.InvariantCulture)))));
    }

    [Fact]
    public async Task A_query_that_the_model_hardly_knows_is_answered_with_a_warning()
    {
        await ImportShopAsync();
        await File.WriteAllTextAsync(_folder.File("queries.jsonl"), "{\"text\": \"无线蓝牙耳机\"}\n{\"text\": \"tea\"}\n{\"text\": \"智能手机\"}\n", TestContext.Current.CancellationToken);

        HybridCommand.Result search = await RunAsync("search", "无线蓝牙耳机");
        HybridCommand.Result batch = await RunAsync("search", "--batch", "queries.jsonl");
        HybridCommand.Result known = await RunAsync("search", "tea");

        Assert.Contains("Warning: 1 text is mostly unknown to all-MiniLM-L6-v2", search.Errors, StringComparison.Ordinal);
        Assert.Contains("multilingual-e5-small-en-zh", search.Errors, StringComparison.Ordinal);
        Assert.Contains("Warning: 2 texts are mostly unknown", batch.Errors, StringComparison.Ordinal);
        Assert.Empty(known.Errors);
    }

    [Theory]
    [InlineData(2, "There is no command 'serach'. Commands: demo, import,", "serach", "x")]
    [InlineData(2, "There is nothing to go by", "search")]
    [InlineData(2, "not both", "search", "x", "--batch", "y")]
    [InlineData(2, "nothing to import", "import")]
    [InlineData(2, "names no field", "import", "--items", "items.csv", "--map", "colour=x")]
    [InlineData(3, "it does not exist", "import", "--items", "nowhere.csv")]
    [InlineData(1, "There is no data in", "search", "x", "--data", "nowhere")]
    [InlineData(1, "does not know the item 'NOBODY'", "similar", "NOBODY")]
    [InlineData(2, "Malformed filter at column 1: unknown field 'categry'. Did you mean category?", "search", "x", "--filter", "categry == \"a\"")]
    [InlineData(1, "model.json", "search", "x", "--model", "nowhere")]
    [InlineData(2, "1 to 16384 neighbors, not 0", "search", "x", "-k", "0")]
    [InlineData(2, "Which command? demo,")]
    [InlineData(2, "blank", "search", " ")]
    public async Task What_cannot_be_done_is_said_in_one_line_with_its_exit_code(int exitCode, string said, params string[] arguments)
    {
        await ImportShopAsync();
        HybridCommand.Result result = await RunAsync(arguments);
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Help_shows_every_command_and_examples()
    {
        HybridCommand.Result help = await RunAsync("--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("  hybrid [command] [options]", help.Output, StringComparison.Ordinal);
        foreach (string command in (string[])["demo", "import", "index", "train", "embed", "search", "similar", "recommend", "status", "export", "bench"])
        {
            Assert.Contains($"  hybrid {command}", help.Output, StringComparison.Ordinal);
            Assert.Contains("Examples:", (await RunAsync(command, "--help")).Output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("id,title\n", "X{0},An item that must not stay\n", 20_000, "import", "--items", "-")]
    [InlineData("", "\n", 400_000, "search", "--batch", "-")]
    [InlineData("", "a line of a chunk that is never full{0,1000}\n", 200, "embed")]
    public async Task Ctrl_C_ends_what_waits_for_standard_input_and_leaves_everything_as_it_was(string first, string line, int lines, params string[] arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process.");
        await ImportShopAsync();
        using Process command = HybridCommand.Start(_folder.Path, arguments);
        // More than the pipe holds: once it is all written, the command is reading. Then it waits for more, which never comes.
        await command.StandardInput.WriteAsync(first);
        for (int i = 0; i < lines; i++)
            await command.StandardInput.WriteAsync(string.Format(CultureInfo.InvariantCulture, line, i));
        await command.StandardInput.FlushAsync(TestContext.Current.CancellationToken);

        HybridCommand.Result result = await HybridCommand.InterruptAsync(command);

        Assert.Equal(130, result.ExitCode);
        Assert.Contains("Cancelled", result.Errors, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Equal(5, Int((await RunAsync("status", "--json")).Json, "items"));
    }

    [Fact]
    public async Task Ctrl_C_during_indexing_keeps_what_was_written_and_the_next_run_goes_on_from_there()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process.");
        const int Count = 3_000;
        await File.WriteAllTextAsync(_folder.File("many.csv"), "id,title\n" + string.Concat(Enumerable.Range(0, Count).Select(i => $"X{i},Item number {i} of many\n")), TestContext.Current.CancellationToken);
        Assert.Equal(0, (await RunAsync("import", "--items", "many.csv")).ExitCode);

        using Process index = HybridCommand.Start(_folder.Path, "index");
        int written = 0;
        while (written == 0)
        {
            Assert.False(index.HasExited, "Indexing ended before it could be interrupted.");
            JsonElement collections = (await RunAsync("status", "--json")).Json.GetProperty("collections");
            written = collections.GetArrayLength() == 0 ? 0 : Int(collections[0], "items");
        }
        HybridCommand.Result interrupted = await HybridCommand.InterruptAsync(index);
        HybridCommand.Result next = await RunAsync("index", "--json");

        Assert.Equal(130, interrupted.ExitCode);
        Assert.InRange(Int(next.Json, "unchanged"), written, Count - 1);
        Assert.Equal(Count, Int(next.Json, "unchanged") + Int(next.Json, "encoded"));
    }

    [Fact]
    public async Task Lines_that_are_not_UTF8_are_refused_where_they_are()
    {
        await ImportShopAsync();
        await File.WriteAllBytesAsync(_folder.File("lines"), [.. "{\"text\": \"tea\"}\n{\"text\": \""u8, 0xFF, .. "\"}\n"u8], TestContext.Current.CancellationToken);

        HybridCommand.Result batch = await RunAsync("search", "--batch", "lines");
        Assert.Equal(3, batch.ExitCode);
        Assert.Equal("Character 11: the byte 0xFF is not UTF-8; save the file as UTF-8", batch.Lines[1].GetProperty("error").GetString());

        HybridCommand.Result embed = await HybridCommand.RunWithInputAsync(_folder.Path, await File.ReadAllBytesAsync(_folder.File("lines"), TestContext.Current.CancellationToken), "embed");
        Assert.Equal(3, embed.ExitCode);
        Assert.Single(embed.Lines);
        Assert.Contains("standard input:2:11: the byte 0xFF is not UTF-8", embed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_a_header_and_no_rows_empties_nothing()
    {
        await ImportShopAsync();
        await File.WriteAllTextAsync(_folder.File("none.csv"), "id,title\n", TestContext.Current.CancellationToken);

        HybridCommand.Result import = await RunAsync("import", "--items", "none.csv");

        Assert.Equal(0, import.ExitCode);
        Assert.Contains("the catalogue stays as it was", import.Errors, StringComparison.Ordinal);
        Assert.Equal(5, Int((await RunAsync("status", "--json")).Json, "items"));
    }

    private Task<HybridCommand.Result> RunAsync(params string[] arguments) => HybridCommand.RunAsync(_folder.Path, arguments);

    private async Task ImportShopAsync()
    {
        await File.WriteAllTextAsync(_folder.File("items.csv"), Items, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.File("events.csv"), Events, TestContext.Current.CancellationToken);
        HybridCommand.Result import = await RunAsync("import", "--items", "items.csv", "--events", "events.csv", "--index", "--train");
        Assert.True(import.ExitCode == 0, import.Errors);
        Assert.Contains("1 are on items that the catalogue does not have", import.Errors, StringComparison.Ordinal);
    }

    private static int Int(JsonElement element, string property) => element.GetProperty(property).GetInt32();
}
