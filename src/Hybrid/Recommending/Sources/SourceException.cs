namespace Hybrid.Recommending.Sources;

/// <summary>A fitted source could not be saved or loaded.</summary>
/// <example>./hybrid-data/source-item-knn-0f3c….bin: load failed: it is cut short: 1,024 of 51,320 bytes. Train again.</example>
/// <param name="file">The source's file.</param>
/// <param name="operation">"save" or "load".</param>
public sealed class SourceException(string file, string operation, string reason, Exception? cause = null)
    : Exception($"{file}: {operation} failed: {reason}", cause)
{
    public string File { get; } = file;

    public string Operation { get; } = operation;
}
