using Hybrid.Records;

namespace Hybrid;

/// <summary>What an import did.</summary>
/// <param name="Items">Null when no items were given, or only files without rows: the catalogue is then as it was.</param>
/// <param name="Events">Likewise.</param>
/// <param name="Rejected">Rows that were left out; an item of the records that one of them is about stays as it was.</param>
/// <param name="RejectsFile">Where they are written, a JSON object a line; null when there are none.</param>
public sealed record ImportReport(ImportedItems? Items, ImportedEvents? Events, long Rejected, string? RejectsFile)
{
    /// <summary>What was left out of the files without costing a row, a sentence each: a header that comes again, a field of lists of objects.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
