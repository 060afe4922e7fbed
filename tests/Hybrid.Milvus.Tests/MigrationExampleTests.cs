using System.Diagnostics;
using Hybrid.Milvus.Tests.Servers;

namespace Hybrid.Milvus.Tests;

/// <summary>The example of a migration, into a real server.</summary>
public sealed class MigrationExampleTests(MilvusServer server) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-example-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_script_leads_a_shop_into_a_server_from_its_first_line_to_its_last()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string command = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Hybrid.Cli", configuration, "Hybrid.Cli.dll"));
        string[] arguments = [Path.Combine(RepositoryFiles.Root, "infra", "migrate-example.sh"), $"milvus://{database.Endpoint.Authority}/{database.Name}"];
        var start = new ProcessStartInfo("sh", arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HYBRID"] = $"dotnet {command}";
        using Process script = Process.Start(start)!;   // ! : it is no document that another program shows
        Task<string> output = script.StandardOutput.ReadToEndAsync(Token), errors = script.StandardError.ReadToEndAsync(Token);
        await script.WaitForExitAsync(Token);

        Assert.True(script.ExitCode == 0, await errors);
        Assert.Contains("120 rows of products@1: 0 differences", await output, StringComparison.Ordinal);
        Assert.Contains("example: Completed", await output, StringComparison.Ordinal);
    }
}
