using Hybrid.Catalog;

namespace Hybrid;

/// <summary>What to import, and how.</summary>
public sealed record ImportRequest
{
    /// <summary>The share of rejected rows from which on a file is not taken for a replacement of what there is.</summary>
    public const double MostRejectedShare = 0.1;

    /// <summary>Files of items, read one after another; "-" is standard input, a folder stands for the files in it, "logs/*.csv" for those it names. Together they
    /// are the catalogue. Empty: the items stay as they are.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>Files of events. Together they are the log. Empty: the events stay as they are.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>Which columns hold which fields, where the headers do not say it.</summary>
    public ColumnMap Map { get; init; } = ColumnMap.Empty;

    /// <inheritdoc cref="FileReadOptions.Delimiter"/>
    public string? Delimiter { get; init; }

    /// <inheritdoc cref="FileReadOptions.Encoding"/>
    public string? Encoding { get; init; }

    /// <inheritdoc cref="FileReadOptions.Header"/>
    public IReadOnlyList<string>? Header { get; init; }

    /// <summary>Whether a single bad row stops the import with nothing changed.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether what is not in the files stays: items are added and updated, events added unless they are there already.</summary>
    public bool Merge { get; init; }

    /// <summary>Whether files of which more than <see cref="MostRejectedShare"/> is rejected may replace items or events that are there.</summary>
    /// <value>Default false: such an import stops with nothing changed, because a wrong file would empty the catalogue.</value>
    public bool AcceptsRejects { get; init; }
}
