namespace Hybrid.Records;

/// <summary>How many users have each item, and do not dislike it.</summary>
/// <param name="Users">By item.</param>
/// <param name="Busy">Users with so many events that they were left out.</param>
/// <param name="State">How far the log had come.</param>
internal sealed record UserCounts(IReadOnlyDictionary<string, long> Users, IReadOnlySet<string> Busy, LogState State);
