namespace Hybrid.Recommending.Sources;

/// <summary>How much of a history counts where items are compared by vectors.</summary>
public sealed record VectorSourceOptions
{
    /// <summary>What an item of the history counts, as a part of the one after it.</summary>
    /// <value>0 … 1; 1: all count alike, 0: only the newest that has a vector. Default .5.</value>
    public double Decay
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(Decay));
    } = 0.5;
}
