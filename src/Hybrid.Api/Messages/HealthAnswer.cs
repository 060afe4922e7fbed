namespace Hybrid.Api.Messages;

/// <summary>Whether the service answers.</summary>
/// <param name="Status">"live" or "ready".</param>
/// <param name="Missing">What is not there yet, each with what to do: the service answers what can be answered without.</param>
public sealed record HealthAnswer(string Status, IReadOnlyList<string>? Missing = null);
