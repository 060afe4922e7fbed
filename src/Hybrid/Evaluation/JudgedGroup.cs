namespace Hybrid.Evaluation;

/// <summary>Some of the queries.</summary>
/// <param name="Users">How many.</param>
/// <param name="Metrics">Their means, by name; empty where there are none.</param>
public sealed record JudgedGroup(int Users, IReadOnlyDictionary<string, double> Metrics);
