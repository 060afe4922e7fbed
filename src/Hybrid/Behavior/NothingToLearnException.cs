namespace Hybrid.Behavior;

/// <summary>The sessions hold no pair of neighbours to learn from: there are too few of them, or the options left none over.</summary>
/// <example>item2vec: training failed: there are no sessions of two or more items. Import more events, or allow a longer SessionOptions.Gap.</example>
public sealed class NothingToLearnException(string reason) : Item2VecException("item2vec", "training", reason);
