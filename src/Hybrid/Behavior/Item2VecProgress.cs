namespace Hybrid.Behavior;

/// <summary>How far <see cref="Item2Vec.Train"/> has come.</summary>
/// <param name="Epoch">The epoch at work, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Fraction">Of all epochs' occurrences, the share that is done: 0 … 1.</param>
/// <param name="Pairs">Pairs (item, neighbour) trained, each with its negatives.</param>
/// <param name="Elapsed">Since training began.</param>
public readonly record struct Item2VecProgress(int Epoch, int Epochs, double Fraction, long Pairs, TimeSpan Elapsed)
{
    /// <summary>0 when no time has passed.</summary>
    public double PairsPerSecond => Elapsed > TimeSpan.Zero ? Pairs / Elapsed.TotalSeconds : 0;
}
