namespace Hybrid.Tests;

/// <summary>Where the tests find what they read: the checkout, and the shared folder beside it.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

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
