using Hybrid.Behavior;
using Hybrid.Records;
using Hybrid.Vectors;

namespace Hybrid;

/// <summary>What a training saw and made.</summary>
/// <param name="Sessions">Sessions that the events were cut into.</param>
/// <param name="Items">Items that have a behaviour vector now.</param>
/// <param name="Pairs">Pairs of neighbours trained, over all epochs.</param>
/// <param name="Occurrences">Items in all sessions together, repeats included: what one epoch passes over.</param>
/// <param name="Seconds">Of training alone: without reading the events and saving the model.</param>
/// <param name="LeftOut">Users with too many events for a shopper, whose events were not learned from; null when there are none.</param>
/// <param name="Warning">What to tell the user when there was hardly enough to learn from: fewer than <see cref="LeastPairsPerItem"/> pairs an item in each
/// epoch; null otherwise.</param>
/// <param name="Likeness">How the vectors were turned to lie as an earlier model's; null where they were not.</param>
/// <param name="FromText">How well text vectors are led into this space, which gives items that nobody has touched a vector; null where nothing
/// leads.</param>
/// <param name="NotMapped">Why nothing does; null otherwise.</param>
public sealed record TrainReport(int Sessions, int Items, long Pairs, long Occurrences, double Seconds, BusyUsers? LeftOut = null, string? Warning = null,
    LikenessReport? Likeness = null, AlignmentReport? FromText = null, string? NotMapped = null)
{
    /// <summary>Pairs of an item in one pass over the events, on average, from which on its vector says something.</summary>
    public const int LeastPairsPerItem = 10;

    /// <summary>What became of the model before, where it learned on; null where everything was trained anew.</summary>
    public ContinuedReport? Continued { get; init; }

    /// <summary>The sources that <see cref="RecommendQuery.Source"/> may name now, beside those of texts and the preset Classic.</summary>
    public IReadOnlyList<FittedSource> Sources { get; init; } = [];

    /// <summary>Why sources of <see cref="HybridOptions.Sources"/> could not be fitted to this log, a sentence each.</summary>
    public IReadOnlyList<string> NotFitted { get; init; } = [];
}
