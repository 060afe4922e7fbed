namespace Hybrid.Encoding.Adapting;

/// <summary>How far the training of an adapter has come.</summary>
/// <param name="Pass">Passes that are done.</param>
/// <param name="Passes">Passes at most; training stops before where held-out sessions gain no more.</param>
/// <param name="Fraction">Of the passes at most, the share that is done: 0 … 1.</param>
/// <param name="Loss">Mean loss (InfoNCE, in nats) of the last pass; NaN before there is one.</param>
/// <param name="HeldOut">NDCG@10 on the sessions that are held out to stop by, after the last pass.</param>
/// <param name="Best">The highest of these so far.</param>
public readonly record struct AdapterProgress(int Pass, int Passes, double Fraction, double Loss, double HeldOut, double Best);
