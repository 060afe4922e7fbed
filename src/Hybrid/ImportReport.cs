using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid;

/// <summary>What an import did.</summary>
/// <param name="Items">Null when no items were given, or only files without rows: the catalogue is then as it was.</param>
/// <param name="Events">Likewise.</param>
/// <param name="Rejected">Rows that were left out; an item of the records that one of them is about stays as it was.</param>
/// <param name="RejectsFile">Where they are written, a JSON object a line; null when there are none.</param>
public sealed record ImportReport(ImportedItems? Items, ImportedEvents? Events, long Rejected, string? RejectsFile)
{
    /// <summary>Items that their export says are not for shoppers, drafts and hidden products: they were left out.</summary>
    public long Hidden { get; init; }

    /// <summary>Events whose time is still to come.</summary>
    public long InFuture { get; init; }

    /// <summary>What the columns of each file were taken for.</summary>
    public IReadOnlyList<FileColumns> Files { get; init; } = [];

    /// <summary>What a person should know besides: prices that can be read in two ways, ids that hit nothing,
    /// a header that comes again, a field of lists of objects that was left out. A sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
