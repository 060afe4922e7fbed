namespace Hybrid.Streaming;

/// <summary>How far behind the records the index is that follows them by itself.</summary>
/// <param name="Waiting">Items that were added, changed or removed, and are not indexed so yet; a removed one is found no more nevertheless.</param>
/// <param name="Lag">How long ago the first of them was seen; zero where there is none.</param>
/// <param name="Failure">Why it does not get on at the moment, and what to do; null where it does.</param>
public sealed record LiveIndexStatus(long Waiting, TimeSpan Lag, string? Failure);
