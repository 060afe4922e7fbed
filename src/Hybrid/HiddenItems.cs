using Hybrid.Indexing;

namespace Hybrid;

/// <summary>What a collection still has and the records no longer do.</summary>
/// <param name="ItemChange">The records' number when this was read.</param>
/// <param name="Filter">All but those items; null when there are none.</param>
internal sealed record HiddenItems(long ItemChange, Filter? Filter);
