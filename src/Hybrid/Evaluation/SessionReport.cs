namespace Hybrid.Evaluation;

/// <summary>How well vectors find the other items of held-out sessions: of each item, among the ten nearest.</summary>
/// <param name="Recall">Recall@10: of the others of its session the share that is found.</param>
/// <param name="Ndcg">NDCG@10: likewise, those that come first counting more, as a part of the best possible.</param>
public sealed record SessionReport(MetricValue Recall, MetricValue Ndcg);
