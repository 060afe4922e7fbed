namespace Hybrid.Catalog;

/// <summary>A file of items or events cannot be read at all; a single bad row is a <see cref="RejectedRow"/> instead.</summary>
public sealed class DataFileException(string file, string reason, long? line = null, int? column = null, Exception? cause = null)
    : Exception(PlainText.Of($"{file}{(line is null ? "" : $":{line}")}{(column is null ? "" : $":{column}")}: {reason}"), cause)
{
    public string File { get; } = file;

    /// <summary>From 1; null when the whole file is meant.</summary>
    public long? Line { get; } = line;

    /// <summary>From 1; null when the whole line is meant.</summary>
    public int? Column { get; } = column;
}
