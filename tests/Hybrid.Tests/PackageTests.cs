namespace Hybrid.Tests;

/// <summary>What `dotnet pack` makes, used as its user does: from a feed, outside the repository.</summary>
[CollectionDefinition(nameof(PackageTests), DisableParallelization = true)]
[Collection(nameof(PackageTests))]
public sealed class PackageTests(PackedSolution solution) : IClassFixture<PackedSolution>
{
    [Fact]
    public void The_solution_packs_the_library_the_service_the_command_and_the_stores_on_servers_and_nothing_else()
    {
        Assert.Equal([$"Hybrid.{solution.Version}.nupkg", $"Hybrid.Api.{solution.Version}.nupkg", $"Hybrid.Cli.{solution.Version}.nupkg",
            $"Hybrid.Milvus.{solution.Version}.nupkg", $"Hybrid.Redis.{solution.Version}.nupkg"], solution.Packages);
    }

    [Fact]
    public async Task The_first_program_of_the_README_runs_in_a_project_that_has_only_the_package()
    {
        string folder = Directory.CreateDirectory(Path.Combine(solution.User, "program")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Hybrid" Version="{solution.Version}" />
              </ItemGroup>
            </Project>
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), ReadmeProgram.First, TestContext.Current.CancellationToken);

        string printed = await DotnetCommand.RunAsync("dotnet", folder, solution.UserPackages, "run");

        ReadmeProgram.ExpectRecommendations(printed);
    }

    [Fact]
    public async Task The_command_installs_as_a_tool_and_brings_its_models()
    {
        string tools = Path.Combine(solution.User, "tools"), command = Path.Combine(tools, OperatingSystem.IsWindows() ? "hybrid.exe" : "hybrid");
        await DotnetCommand.RunAsync("dotnet", solution.User, solution.UserPackages,
            "tool", "install", "Hybrid.Cli", "--version", solution.Version, "--tool-path", tools);
        string items = Path.Combine(solution.User, "items.csv");
        await File.WriteAllTextAsync(items, "id,title\nP100,Wireless noise-cancelling headphones\n", TestContext.Current.CancellationToken);

        await DotnetCommand.RunAsync(command, solution.User, null, "import", "--items", items, "--index");
        string found = await DotnetCommand.RunAsync(command, solution.User, null, "search", "something to listen to music", "--json");

        Assert.Contains("P100", found, StringComparison.Ordinal);

        await DotnetCommand.RunAsync(command, solution.User, null, "index", "--model", "multilingual-e5-small-en-zh");
        Assert.Contains("P100", await DotnetCommand.RunAsync(command, solution.User, null, "search", "耳机", "--json"), StringComparison.Ordinal);
    }
}
