namespace Hybrid.Records;

/// <summary>What a finished import did.</summary>
/// <param name="Items">Null when no item was given, and the items are as before.</param>
/// <param name="Events">Null when no event was given, and the events are as before.</param>
public sealed record ImportCounts(ImportedItems? Items, ImportedEvents? Events);
