namespace Hybrid.Api.Messages;

/// <summary>What was erased of a user.</summary>
/// <param name="Events">Events that are gone.</param>
/// <param name="DeadLetters">What came by a stream, was no event and names the user, that is gone.</param>
/// <param name="Rejects">Rows of the user in the list of the last import's bad rows that are gone.</param>
/// <param name="LeftUntilTraining">What was learned from them and goes with the next training; empty where nothing was.</param>
public sealed record ErasedAnswer(string User, long Events, long DeadLetters, long Rejects, IReadOnlyList<string> LeftUntilTraining);
