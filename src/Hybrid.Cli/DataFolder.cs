using Hybrid.Recommending;

namespace Hybrid.Cli;

/// <summary>Opens the data folder that a command works on.</summary>
internal static class DataFolder
{
    public static HybridData Open(string path, string? modelPath = null) => HybridData.Open(Options(path, modelPath));

    /// <exception cref="InvalidOperationException">Nothing was imported there yet.</exception>
    public static HybridData OpenExisting(string path, string? modelPath = null) => OpenExisting(Options(path, modelPath));

    /// <inheritdoc cref="OpenExisting(string, string?)"/>
    public static HybridData OpenExisting(HybridOptions options) => HybridData.Exists(options.DataPath)
        ? HybridData.Open(options)
        : throw new InvalidOperationException($"There is no data in {options.DataPath}: run `hybrid import --items items.csv` first, or name the folder with --data.");

    private static HybridOptions Options(string path, string? modelPath)
    {
        var options = new HybridOptions { DataPath = path };
        return modelPath is null ? options : options with { ModelPath = modelPath };
    }
}
