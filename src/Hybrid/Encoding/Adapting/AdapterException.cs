namespace Hybrid.Encoding.Adapting;

/// <summary>An adapter could not be trained or saved for a reason outside the arguments.</summary>
/// <example>training: 312 pairs of items occur together, and an adapter is trained on 1,000 or more. Import more events.</example>
public sealed class AdapterException(string place, string reason, Exception? cause = null) : Exception($"{place}: {reason}", cause)
{
    /// <summary>The adapter's file, or "training".</summary>
    public string Place { get; } = place;
}
