namespace Hybrid.Behavior;

/// <summary>What one event says by its kind.</summary>
/// <param name="Weight">0 for a dislike.</param>
internal readonly record struct KindMeaning(float Weight, Opinion Opinion);
