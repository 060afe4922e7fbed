namespace Hybrid.Records;

/// <summary>What an import did to the items.</summary>
/// <param name="Added">Not there before.</param>
/// <param name="Changed">There before with other fields.</param>
/// <param name="Unchanged">There before just like that.</param>
/// <param name="Removed">There before, and not in the import.</param>
/// <param name="Repeated">Rows of the import with an id that came again later in it; the last row is the one that counts.</param>
public sealed record ImportedItems(long Added, long Changed, long Unchanged, long Removed, long Repeated);
