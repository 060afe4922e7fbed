using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hybrid.Tests.Cli;

/// <summary>The command with a store on a server that is not there.</summary>
public sealed class StoreCommandTests(PreparedShop shop)
{
    private const string Secret = "hunter2";

    [Theory]
    [InlineData("--store: A store on a server is written milvus://", "search", "x", "--store", "localhost:19530")]
    [InlineData("--store: 'shard' is no option of a store's setting. Is shards meant?", "status", "--store", "milvus://localhost?shard=2")]
    [InlineData("--store is empty: give a name.", "index", "--store", "")]
    [InlineData("--to: The port of the store's setting", "copy", "--to", $"milvus://root:{Secret}")]
    [InlineData("--from and --to are one store, embedded: name two.", "copy", "--to", "embedded")]
    [InlineData("--from and --to are one store, milvus localhost:19530/a: name two.", "copy", "--from", "milvus://localhost/a", "--to",
        $"milvus://u:{Secret}@localhost?db=a")]
    [InlineData("Option '--to' is required.", "copy")]
    public async Task A_setting_that_cannot_be_meant_is_refused_in_one_line(string said, params string[] arguments)
    {
        ShopFolder folder = await shop.ShareAsync();
        HybridCommand.Result result = await folder.RunAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(said, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, result.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_server_is_down_what_needs_it_fails_and_import_train_and_status_go_on()
    {
        using var folder = new ShopFolder();
        string store = $"milvus://root:{Secret}@127.0.0.1:{FreePort()}/shop?timeout=1";
        await folder.WriteAsync("items.csv", "id,title\nP1,Lamp\nP2,Desk\n");
        await folder.WriteAsync("events.csv", "user,item,time\nU1,P1,2026-05-01T10:00:00Z\nU1,P2,2026-05-01T10:01:00Z\n");

        await folder.DoAsync("import", "--items", "items.csv", "--events", "events.csv", "--store", store);
        await folder.DoAsync("train", "--store", store);
        HybridCommand.Result index = await folder.RunAsync("index", "--store", store), search = await folder.RunAsync("search", "lamp", "--store", store);
        HybridCommand.Result status = await folder.DoAsync("status", "--store", store), json = await folder.DoAsync("status", "--json", "--store", store);
        HybridCommand.Result elsewhere = await folder.RunAsync("search", "lamp", "--store", store, "--data", "nowhere");

        Assert.Equal((1, 1, 1), (index.ExitCode, search.ExitCode, elsewhere.ExitCode));
        Assert.Contains("hybrid: milvus 127.0.0.1:", index.Errors, StringComparison.Ordinal);
        Assert.Contains("Start the server, or name the one that runs", index.Errors, StringComparison.Ordinal);
        Assert.Contains("Nothing is indexed of", search.Errors, StringComparison.Ordinal);
        Assert.Contains("Start the server, or name the one that runs", elsewhere.Errors, StringComparison.Ordinal);
        Assert.Contains("does not answer", status.Output, StringComparison.Ordinal);
        JsonElement said = json.Json;
        Assert.Equal(2, said.GetProperty("items").GetInt64());
        Assert.EndsWith("/shop", said.GetProperty("store").GetString(), StringComparison.Ordinal);
        Assert.Contains("failed", said.GetProperty("store_failure").GetString(), StringComparison.Ordinal);
        foreach (HybridCommand.Result result in (HybridCommand.Result[])[index, search, status, json, elsewhere])
            Assert.DoesNotContain(Secret, result.Output + result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.File("nowhere")));
    }

    [Fact]
    public async Task The_environment_names_a_store_for_every_command_and_the_option_comes_before_it()
    {
        ShopFolder folder = await shop.ShareAsync();
        string store = $"HYBRID_STORE=milvus://127.0.0.1:{FreePort()}?timeout=1";

        HybridCommand.Result standing = await HybridCommand.RunWithEnvironmentAsync(folder.Path, store, "search", "lamp");
        HybridCommand.Result named = await HybridCommand.RunWithEnvironmentAsync(folder.Path, store, "search", "lamp", "--store", "embedded");
        HybridCommand.Result malformed = await HybridCommand.RunWithEnvironmentAsync(folder.Path, "HYBRID_STORE=redis://x", "status");

        Assert.Equal((1, 0, 2), (standing.ExitCode, named.ExitCode, malformed.ExitCode));
        Assert.Contains("in milvus 127.0.0.1:", standing.Errors, StringComparison.Ordinal);
        Assert.Contains("HYBRID_STORE: A store on a server is written milvus://", malformed.Errors, StringComparison.Ordinal);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
