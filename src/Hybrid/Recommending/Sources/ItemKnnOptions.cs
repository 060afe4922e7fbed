namespace Hybrid.Recommending.Sources;

/// <summary>How alike two items are by who has both, and how much of a history counts.</summary>
public sealed record ItemKnnOptions
{
    /// <summary>What an item of the history counts, as a part of the one after it.</summary>
    /// <value>0 … 1; 1: all count alike, 0: only the newest. Default .7.</value>
    public double Decay
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(Decay));
    } = 0.7;

    /// <summary>β: a history of n items counts n^−β for each pair in it, so that long ones do not drown the others.</summary>
    /// <value>0 … 2. Default 1.</value>
    public double LengthExponent
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 2, nameof(LengthExponent));
    } = 1;

    /// <summary>α: how much the popularity of the candidate is divided out, and 1 − α that of the item in the history.</summary>
    /// <value>0 … 1; 0.5 is the cosine. Default .5.</value>
    public double PopularityExponent
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(PopularityExponent));
    } = 0.5;

    /// <summary>Added to the denominator: what few have in common counts less.</summary>
    /// <value>0 or more. Default 0.</value>
    public double Shrink
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, double.MaxValue, nameof(Shrink));
    }

    /// <summary>The most alike items that are kept for each item; memory is 8 bytes each.</summary>
    /// <value>0 or more; 0: all. Default 1,000.</value>
    public int MostRelated
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, nameof(MostRelated));
    } = 1_000;
}
