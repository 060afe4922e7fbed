namespace Hybrid;

/// <summary>What a training saw and made.</summary>
/// <param name="Sessions">Sessions that the events were cut into.</param>
/// <param name="Items">Items that have a behaviour vector now.</param>
/// <param name="Pairs">Pairs of neighbours trained, over all epochs.</param>
public sealed record TrainReport(int Sessions, int Items, long Pairs);
