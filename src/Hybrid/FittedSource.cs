namespace Hybrid;

/// <summary>A source of recommendations that a training has fitted.</summary>
/// <param name="Name">As <see cref="RecommendQuery.Source"/> names it.</param>
/// <param name="Seconds">What fitting took.</param>
/// <param name="Bytes">Of its file.</param>
public sealed record FittedSource(string Name, double Seconds, long Bytes);
