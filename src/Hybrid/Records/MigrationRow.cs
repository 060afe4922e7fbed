namespace Hybrid.Records;

/// <summary>A migration as it stands: one row, changed in the step that changes what readers see.</summary>
/// <param name="Stage">The name of its stage.</param>
/// <param name="Share">How many of 10,000 buckets of traffic the new collection answers.</param>
/// <param name="Since">When it came to this stage or share.</param>
/// <param name="Plan">As it was planned, as JSON.</param>
/// <param name="Source">The name of the vector store that it leads away from.</param>
/// <param name="Target">The name of the one that it leads to; it may be the same.</param>
/// <param name="Old">The collection in use when it was started; null before.</param>
/// <param name="New">The collection that takes its place; null before it was started.</param>
internal sealed record MigrationRow(
    string Name, string Stage, int Share, bool IsPaused, DateTimeOffset Since, string Plan, string Source, string Target, string? Old, string? New);
