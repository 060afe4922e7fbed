using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid;

/// <summary>What an import of files would do, read from the files alone.</summary>
/// <param name="Files">What their columns are taken for, file by file.</param>
/// <param name="ItemCount">Rows of items, before those with one id are put together.</param>
/// <param name="Items">The first ten of them.</param>
/// <param name="EventCount">Rows of events.</param>
/// <param name="Events">The first ten of them.</param>
/// <param name="Rejected">Rows that would be left out.</param>
/// <param name="Notes">What else the import would say.</param>
public sealed record ImportPreview(
    IReadOnlyList<FileColumns> Files, long ItemCount, IReadOnlyList<Item> Items, long EventCount, IReadOnlyList<Event> Events, long Rejected,
    IReadOnlyList<string> Notes);
