using Hybrid.Catalog;

namespace Hybrid.Recommending;

/// <summary>What to import, and how.</summary>
public sealed record ImportRequest
{
    /// <summary>Files of items, read one after another; "-" is standard input. Together they are the catalogue. Empty: the items stay as they are.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>Files of events. Together they are the log. Empty: the events stay as they are.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Which columns hold which fields, where the headers do not say it.</summary>
    public ColumnMap Map { get; init; } = ColumnMap.Empty;

    /// <summary>Whether a single bad row stops the import with nothing changed.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether what is not in the files stays: items are added and updated, events added unless they are there already.</summary>
    public bool Merge { get; init; }
}
