using System.IO.Enumeration;

namespace Hybrid.Catalog.Files;

/// <summary>The files that a path stands for: itself, those in a folder, those that a pattern names.</summary>
internal static class DataFiles
{
    /// <summary>Files in the order of their names; "-", standard input, and a file are themselves.</summary>
    /// <param name="path">A file, "-", a folder, or a pattern with * and ?, also in the names of folders. In a folder all files are meant but those that are
    /// hidden or begin with _, as Spark's _SUCCESS; folders in it are not.</param>
    /// <exception cref="DataFileException">There are none.</exception>
    public static IReadOnlyList<string> Expand(string path)
    {
        if (path == StandardInput.Path || File.Exists(path))
            return [path];
        if (Directory.Exists(path))
            return FilesOf(path, "*") is { Length: > 0 } files ? files : throw new DataFileException(path, "it is a folder without a file of data in it");
        if (!IsPattern(path))
            return [path];   // opening it says why it cannot be
        string[] found = [.. Matches(path)];
        return found.Length > 0 ? found : throw new DataFileException(path, "no file matches it; check the folder and the pattern");
    }

    /// <exception cref="DataFileException">There is no such file, or it cannot be opened.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new DataFileException(path, "it is a folder; name a file in it");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, "it does not exist; check the path", cause: e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"it cannot be opened: {e.Message}", cause: e);
        }
    }

    private static IEnumerable<string> Matches(string pattern)
    {
        string name = Path.GetFileName(pattern) is { Length: > 0 } given ? given : "*", folder = Path.GetDirectoryName(pattern) ?? "";
        string[] folders = !IsPattern(folder) ? [folder] : [.. FoldersOf(folder)];
        return folders.SelectMany(place => FilesOf(place, name));
    }

    private static IEnumerable<string> FoldersOf(string pattern)
    {
        string name = Path.GetFileName(pattern), parent = Path.GetDirectoryName(pattern) ?? "";
        IEnumerable<string> parents = IsPattern(parent) ? FoldersOf(parent) : [parent];
        return parents.SelectMany(place => Entries(place, Directory.EnumerateDirectories).Where(path => Fits(path, name)).Order(StringComparer.Ordinal));
    }

    private static string[] FilesOf(string folder, string pattern) =>
        [.. Entries(folder, Directory.EnumerateFiles).Where(path => Fits(path, pattern)).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Entries(string folder, Func<string, IEnumerable<string>> list)
    {
        if (folder.Length == 0)
            return list(".").Select(path => Path.GetFileName(path));
        try
        {
            return Directory.Exists(folder) ? list(folder) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(folder, $"the folder cannot be read: {e.Message}", cause: e);
        }
    }

    /// <summary>Whether a name is what the pattern says; one that is not meant to be seen has to be named by its first character.</summary>
    private static bool Fits(string path, string pattern)
    {
        string name = Path.GetFileName(path);
        bool isAside = name.StartsWith('.') || name.StartsWith('_');
        return (!isAside || pattern[0] == name[0]) && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
    }

    private static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');
}
