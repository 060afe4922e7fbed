namespace Hybrid;

/// <summary>The behaviour model in use.</summary>
/// <param name="Items">Items that have a vector.</param>
/// <param name="Dimension">Floats per vector.</param>
/// <param name="Pairs">Pairs of neighbours trained, over all epochs.</param>
public sealed record BehaviorStatus(int Items, int Dimension, long Pairs);
