namespace Hybrid.Api.Messages;

/// <summary>How many items were there and are gone.</summary>
public sealed record RemovedAnswer(long Removed);
