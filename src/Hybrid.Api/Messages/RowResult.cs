using Hybrid.Api.Answers;

namespace Hybrid.Api.Messages;

/// <summary>What became of one row.</summary>
/// <param name="Row">Its place among the rows of the call, from 1.</param>
/// <param name="Id">The item's id, or the event's where it has one.</param>
/// <param name="Status">"created", "updated", "accepted", "duplicate" or "refused".</param>
/// <param name="Problem">Why it was refused.</param>
public sealed record RowResult(int Row, string? Id, string Status, Problem? Problem = null);
