namespace Hybrid.Behavior;

/// <summary>What an event says of its user's opinion of the item.</summary>
internal enum Opinion
{
    /// <summary>A look, or a kind that nobody knows: whatever was thought before still is.</summary>
    None,
    Liked,
    Disliked,
}
