namespace Hybrid.Encoding;

/// <summary>Where models are: those that were copied beside the program by their names, any other by its folder.</summary>
public static class ModelFolder
{
    /// <summary>The model of what is indexed for the first time, unless another is asked for.</summary>
    public const string DefaultName = "all-MiniLM-L6-v2";

    /// <summary>The one that knows more languages than English.</summary>
    internal const string MultilingualName = "multilingual-e5-small-en-zh";

    /// <summary>The models beside the program, in models/, by name.</summary>
    public static IReadOnlyList<string> Names => Directory.Exists(Shipped)
        ? [.. Directory.EnumerateDirectories(Shipped).Select(folder => Path.GetFileName(folder)).Where(IsShipped).Order(StringComparer.Ordinal)]
        : [];

    internal static string Shipped => Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The folder of a model, for <see cref="TextEncoder.Load"/>; what is in it is not looked at.</summary>
    /// <param name="nameOrFolder">A name is that of a model beside the program, or else of a folder here (or the file of an adapter); "./name" is always the
    /// folder.</param>
    /// <exception cref="ModelException">It is a name, and there is neither.</exception>
    public static string Find(string nameOrFolder)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrFolder);
        if (IsShipped(nameOrFolder))
            return Path.Combine(Shipped, nameOrFolder);
        if (File.Exists(nameOrFolder))
            return Path.GetFullPath(nameOrFolder);
        return Path.GetFileName(nameOrFolder) != nameOrFolder || Directory.Exists(nameOrFolder)
            ? nameOrFolder
            : throw new ModelException(nameOrFolder, "there is no such model folder, nor has a model beside this program that name (those there: "
                + $"{(Names is { Count: > 0 } names ? string.Join(", ", names) : "none")}). Give one of these or the folder that holds model.json.");
    }

    internal static bool IsShipped(string name) =>
        Path.GetFileName(name) == name && File.Exists(Path.Combine(Shipped, name, ModelManifest.FileName));
}
