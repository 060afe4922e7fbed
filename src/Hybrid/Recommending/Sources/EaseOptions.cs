namespace Hybrid.Recommending.Sources;

/// <summary>How strongly EASE is held back, and how much of a history counts.</summary>
public sealed record EaseOptions
{
    /// <summary>λ: the larger, the less it trusts what few have in common.</summary>
    /// <value>Above 0. Default 100.</value>
    public double Lambda
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value
            : throw new ArgumentOutOfRangeException(nameof(Lambda), value, FormattableString.Invariant($"Lambda takes more than 0, not {value}."));
    } = 100;

    /// <summary>What an item of the history counts, as a part of the one after it.</summary>
    /// <value>0 … 1; 1: all count alike. Default .8.</value>
    public double Decay
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(Decay));
    } = 0.8;

    /// <summary>β: a history of n items counts n^−β; λ is then multiplied by what that leaves of all events.</summary>
    /// <value>0 … 2. Default 0.</value>
    public double LengthExponent
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 2, nameof(LengthExponent));
    }

    /// <summary>How many of a history's newest items count.</summary>
    /// <value>0 or more; 0: all. Default 0.</value>
    public int Last
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, nameof(Last));
    }
}
