namespace Hybrid.Contracts;

/// <summary>Where the tests find what they read: the checkout, and the shared folder beside it.</summary>
public static class RepositoryFiles
{
    /// <summary>What every project here, and a new console project, has without asking for it.</summary>
    public const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Threading; global using System.Threading.Tasks;
        """;

    public static string Root { get; } = FindRoot();

    /// <summary>What is written by hand: code, and what builds it.</summary>
    public static IEnumerable<string> Sources =>
        from folder in (string[])["src", "tests"]
        from pattern in (string[])["*.cs", "*.csproj", "*.props", "*.targets"]
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
        select file;

    public static string Model(string name) => Path.Combine(Root, "models", name);

    /// <summary>A file of ../shared; the test is skipped, and says why, where that folder is not there.</summary>
    public static string Shared(params string[] parts)
    {
        string path = Path.GetFullPath(Path.Combine([Root, "..", "shared", .. parts]));
        Assert.SkipUnless(File.Exists(path), $"{path} is not there: this test reads reference data that does not ship with the project.");
        return path;
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hybrid.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Hybrid.sln above {AppContext.BaseDirectory}.");
    }
}
