namespace Hybrid.Api.Messages;

/// <summary>What is known of a user.</summary>
/// <param name="Events">The newest first, by their own times, however late they came.</param>
/// <param name="Session">What the user is doing now; absent where the last event is longer ago than a pause within a session is, or has no time.</param>
public sealed record UserAnswer(string User, IReadOnlyList<EventBody> Events, SessionBody? Session);
