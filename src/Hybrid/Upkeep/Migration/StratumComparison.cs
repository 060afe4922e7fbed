using Hybrid.Evaluation;

namespace Hybrid.Upkeep.Migration;

/// <summary>How a part of the queries fares.</summary>
/// <param name="Name">By the events that the target has in training: "cold" none, "tail" 1–5, "mid" 6–50, "head" more.</param>
/// <param name="Ahead">How far the new collection is ahead by NDCG@10.</param>
public sealed record StratumComparison(string Name, int Queries, MetricValue Ahead);
