namespace Hybrid.Records;

/// <summary>What came by a stream to be an event and is none.</summary>
/// <param name="Number">Its own, the later the higher.</param>
/// <param name="Time">When it came.</param>
/// <param name="Source">By which stream: "standard input", a file, "redis events".</param>
/// <param name="Line">Which line of it, from 1; null where it has no lines.</param>
/// <param name="Content">Its beginning, as it came.</param>
/// <param name="Reason">Why it is no event.</param>
public sealed record DeadLetter(long Number, DateTimeOffset Time, string Source, long? Line, string Content, string Reason);
