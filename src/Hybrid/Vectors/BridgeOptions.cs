namespace Hybrid.Vectors;

/// <summary>When a bridge is good enough.</summary>
public sealed record BridgeOptions
{
    /// <summary>The recall (<see cref="BridgeReport.Recall"/>) below which a bridge is refused.</summary>
    /// <value>0 … 1. Default 0.8.</value>
    public double LeastRecall
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(LeastRecall), value,
            $"LeastRecall takes 0 to 1, not {value}.");
    } = 0.8;
}
