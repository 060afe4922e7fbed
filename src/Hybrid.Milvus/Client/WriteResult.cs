namespace Hybrid.Milvus.Client;

/// <summary>What a write did.</summary>
/// <param name="Rows">Rows that were sent and taken. For a delete the server counts the keys that were named, whether they were there or not.</param>
/// <param name="Timestamp">The server's time of it.</param>
public readonly record struct WriteResult(long Rows, ulong Timestamp);
