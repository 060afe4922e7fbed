using Hybrid.Recommending.Sources;

namespace Hybrid.Evaluation;

/// <summary>What a search of knobs has found.</summary>
/// <param name="Source">By its name.</param>
/// <param name="Knobs">All knobs, this source's chosen.</param>
/// <param name="Before">NDCG@10 with the knobs at the start, on the queries that they are chosen on.</param>
/// <param name="After">Likewise with those that were chosen. It was the best of many trials, so that on other queries it is a little less.</param>
/// <param name="Trials">How many there were, those of an earlier run too.</param>
/// <param name="IsComplete">Whether no single change makes it better; false where the time was over before.</param>
public sealed record TunedSource(string Source, SourceKnobs Knobs, double Before, double After, int Trials, bool IsComplete)
{
    /// <summary>The source's own knobs, as a file of knobs has them.</summary>
    public object Chosen => KnobChoices.PartOf(Source, Knobs);
}
