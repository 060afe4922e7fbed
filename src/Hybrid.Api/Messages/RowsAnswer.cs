namespace Hybrid.Api.Messages;

/// <summary>What became of the rows of a call: those that could be used are kept, the others are not.</summary>
/// <param name="Accepted">Rows that are kept.</param>
/// <param name="Refused">Rows that are not; each says why.</param>
public sealed record RowsAnswer(int Accepted, int Refused, IReadOnlyList<RowResult> Results);
