namespace Hybrid.Api.Messages;

/// <summary>What a user is doing now.</summary>
/// <param name="Start">When its first event was.</param>
/// <param name="Last">When its newest one was.</param>
/// <param name="Items">In order; an item that follows itself stands once.</param>
public sealed record SessionBody(DateTimeOffset Start, DateTimeOffset Last, IReadOnlyList<string> Items);
