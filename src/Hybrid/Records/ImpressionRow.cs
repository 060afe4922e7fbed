namespace Hybrid.Records;

/// <summary>What somebody was shown while a migration divided the traffic.</summary>
/// <param name="Request">The request's id, which events on what was shown carry.</param>
/// <param name="User">Null where it was nobody who is known.</param>
/// <param name="Variant">Which collection answered.</param>
/// <param name="Items">The ids of the items, best first, as JSON.</param>
/// <param name="Teams">Of a list of both, for each item 'o' or 'n'; else null.</param>
/// <param name="Snapshot">The number of the snapshot that answered.</param>
internal sealed record ImpressionRow(
    string Migration, string Request, string? User, string Variant, string Items, long Snapshot, DateTimeOffset Time, string? Teams = null);
