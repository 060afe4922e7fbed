namespace Hybrid.Api.Messages;

/// <summary>How much of a user's history to give.</summary>
public sealed record UserRequest
{
    /// <summary>How many of the newest events, 100 by default.</summary>
    public int Count { get; init; } = 100;
}
