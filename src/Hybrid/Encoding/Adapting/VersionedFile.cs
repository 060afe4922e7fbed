using System.Globalization;

namespace Hybrid.Encoding.Adapting;

/// <summary>The files of a kind in a data folder, by their versions: "adapter-1.bin", "adapter-2.bin".</summary>
/// <param name="kind">"adapter".</param>
internal sealed class VersionedFile(string kind)
{
    private const string Extension = ".bin";

    public string NameOf(int version) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{version}");

    public bool IsName(string name) => VersionOf(name) > 0;

    public static string PathOf(string dataPath, string name) => Path.Combine(dataPath, name + Extension);

    /// <summary>The next version that there is not.</summary>
    public int Next(string dataPath) => VersionsIn(dataPath).DefaultIfEmpty(0).Max() + 1;

    /// <summary>A file by its name in a data folder or by its path.</summary>
    /// <exception cref="ModelException">There is neither.</exception>
    public string Find(string dataPath, string nameOrFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrFile);
        string named = PathOf(dataPath, nameOrFile);
        if (Path.GetFileName(nameOrFile) == nameOrFile && File.Exists(named))
            return named;
        string[] there = [.. VersionsIn(dataPath).Order().Select(NameOf)];
        return File.Exists(nameOrFile) ? Path.GetFullPath(nameOrFile) : throw new ModelException(nameOrFile,
            $"there is no such file, nor is there one of that name in {dataPath} (those there: {(there.Length > 0 ? string.Join(", ", there) : "none")}). "
            + $"Give one of these or the file of another {kind}.");
    }

    private int VersionOf(string name) => name.StartsWith($"{kind}-", StringComparison.Ordinal)
        && int.TryParse(name[(kind.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : 0;

    private IEnumerable<int> VersionsIn(string dataPath) => !Directory.Exists(dataPath) ? []
        : Directory.EnumerateFiles(dataPath, $"{kind}-*{Extension}").Select(file => VersionOf(Path.GetFileNameWithoutExtension(file)))
            .Where(version => version > 0);
}
