namespace Hybrid.Behavior.Words;

/// <summary>A key and its cosine with what was asked for, in [−1, 1].</summary>
public readonly record struct SimilarKey(string Key, float Score);
