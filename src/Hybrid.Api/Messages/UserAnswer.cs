namespace Hybrid.Api.Messages;

/// <summary>What is known of a user.</summary>
/// <param name="Events">The newest first.</param>
public sealed record UserAnswer(string User, IReadOnlyList<EventBody> Events);
