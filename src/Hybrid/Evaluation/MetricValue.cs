namespace Hybrid.Evaluation;

/// <summary>A metric over all queries, with the interval in which it would lie for 95 of 100 samples of users like these.</summary>
/// <param name="Low">2.5 % of the bootstrap's values are below.</param>
/// <param name="High">2.5 % are above.</param>
public readonly record struct MetricValue(double Value, double Low, double High);
