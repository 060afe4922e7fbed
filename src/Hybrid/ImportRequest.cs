using Hybrid.Catalog;

namespace Hybrid;

/// <summary>What to import, and how.</summary>
public sealed record ImportRequest
{
    /// <summary>The share of rejected rows from which on a file is not taken for a replacement of what there is.</summary>
    public const double MostRejectedShare = 0.1;

    /// <summary>The share of the items that are there from which on they are not removed without <see cref="Replace"/>, where there are 100 or
    /// more.</summary>
    public const double MostRemovedShare = 0.1;

    /// <summary>Files of items, read one after another; "-" is standard input, a folder stands for the files in it, "logs/*.csv" for those it names.
    /// Together they
    /// are the catalogue. Empty: the items stay as they are.</summary>
    public IReadOnlyList<string> Items { get; init; } = [];

    /// <summary>Files of events. Together they are the log. Empty: the events stay as they are.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>How the files are read; who is told about rows and columns, the import decides.</summary>
    public FileReadOptions ReadOptions { get; init; } = new();

    /// <summary>Whether a single bad row stops the import with nothing changed.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether what is not in the files stays: items are added and updated, events added unless they are there already.</summary>
    public bool Merge { get; init; }

    /// <summary>Whether the files may remove more than <see cref="MostRemovedShare"/> of the items that are there.</summary>
    /// <value>Default false: such an import stops with nothing changed, because a file of what changed today would remove all else.</value>
    public bool Replace { get; init; }

    /// <summary>Whether files of which more than <see cref="MostRejectedShare"/> is rejected may replace items or events that are there.</summary>
    /// <value>Default false: such an import stops with nothing changed, because a wrong file would empty the catalogue.</value>
    public bool AcceptsRejects { get; init; }
}
