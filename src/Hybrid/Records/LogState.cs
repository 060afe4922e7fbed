namespace Hybrid.Records;

/// <summary>How far the log has come.</summary>
/// <param name="Last">The sequence of the newest row of any kind: what comes later has a higher one.</param>
/// <param name="Events">How many events there are.</param>
internal readonly record struct LogState(long Last, long Events);
