using System.Text.Json;

namespace Hybrid.Tests.Cli;

public sealed class MigrateCommandTests
{
    [Fact]
    public async Task Vectors_are_inspected_against_the_catalogue_and_a_fault_fails_on_request()
    {
        using var shop = new ShopFolder();
        await shop.WriteAsync("items.csv", "id,title\nA,Kettle\nB,Lamp\n");
        await shop.WriteAsync("old.txt", "3 2\nA 1 0\nB 0 0\nX 0 2\n");
        await shop.DoAsync("import", "--items", "items.csv");

        JsonElement vectors = (await shop.DoAsync("migrate", "inspect", "old.txt", "--fail-on", "zeros=0.5,not-finite", "--json")).Json.GetProperty("vectors");
        Assert.Equal((3, 1, 2), (vectors.GetProperty("rows").GetInt32(), vectors.GetProperty("zeros").GetInt32(), vectors.GetProperty("known").GetInt32()));
        HybridCommand.Result failed = await shop.RunAsync("migrate", "inspect", "old.txt", "--fail-on", "unknown=0.1");
        Assert.Equal(3, failed.ExitCode);
        Assert.Contains("unknown: 33.33", failed.Errors, StringComparison.Ordinal);
        Assert.Contains("in the catalogue", failed.Output, StringComparison.Ordinal);
        HybridCommand.Result elsewhere = await shop.RunAsync("migrate", "inspect", "old.txt", "--fail-on", "unknown", "--data", "none");
        Assert.Equal(2, elsewhere.ExitCode);
        Assert.Contains("there is none in none", elsewhere.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await shop.RunAsync("migrate", "inspect", "old.txt", "--fail-on", "beauty")).ExitCode);
    }
}
