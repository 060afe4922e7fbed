namespace Hybrid.Records;

/// <summary>How far a stream has been read.</summary>
/// <param name="Offset">In bytes: where the next line begins.</param>
/// <param name="Lines">Lines before it.</param>
internal readonly record struct StreamPosition(long Offset, long Lines);
