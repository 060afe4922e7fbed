using System.Globalization;
using System.Xml.Linq;

namespace Hybrid.Tests;

/// <summary>The packages of the solution as it was built, in a feed in a temporary folder, and a folder for their user beside it.</summary>
public sealed class PackedSolution : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>No other packing has it, so a copy that is cached somewhere is never taken for it.</summary>
    public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-test.{DateTime.UtcNow.Ticks}");

    public IEnumerable<string> Packages => Directory.EnumerateFiles(Feed).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    /// <summary>A folder where `dotnet` finds the feed beside the sources of the machine.</summary>
    public string User => _folder.File("user");

    /// <summary>What <see cref="User"/> restores goes here and is deleted with it: the machine's own folder is only read.</summary>
    public string UserPackages => _folder.File("packages");

    private string Feed => _folder.File("feed");

    public async ValueTask InitializeAsync()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        await DotnetCommand.RunAsync("dotnet", RepositoryFiles.Root, null,
            "pack", "Hybrid.sln", "--no-build", "--configuration", configuration, "--output", Feed,
            $"-p:Version={Version}", $"-p:NuspecOutputPath={_folder.File("nuspec")}", $"-p:PublishDir={_folder.File("publish")}");

        Directory.CreateDirectory(User);
        string listed = await DotnetCommand.RunAsync("dotnet", User, null, "nuget", "locals", "global-packages", "--list");
        string machine = listed[(listed.IndexOf(": ", StringComparison.Ordinal) + 2)..].Trim();
        new XElement("configuration",
            new XElement("packageSources", new XElement("add", new XAttribute("key", "packed"), new XAttribute("value", Feed))),
            new XElement("fallbackPackageFolders", new XElement("add", new XAttribute("key", "machine"), new XAttribute("value", machine))))
            .Save(Path.Combine(User, "nuget.config"));
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
