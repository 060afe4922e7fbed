namespace Hybrid.Recommending.Sources;

/// <summary>Which items follow which, and how much of a history counts.</summary>
public sealed record SequentialRulesOptions
{
    /// <summary>A Markov chain: what comes right after the last item, in either order.</summary>
    public static SequentialRulesOptions Markov { get; } =
        new() { Distance = 1, Back = 1, RowExponent = 1, ColumnExponent = 0, Last = 1 };

    /// <summary>D: how many places behind an item another one still follows it.</summary>
    /// <value>At least 1. Default 10.</value>
    public int Distance
    {
        get;
        init => field = RecencyWeights.InRange(value, 1, nameof(Distance));
    } = 10;

    /// <summary>A pair L places apart counts this^(L−1); null: 1/L.</summary>
    /// <value>0 … 1. Default null.</value>
    public double? DistanceDecay
    {
        get;
        init => field = value is { } decay ? RecencyWeights.InRange(decay, 0, 1, nameof(DistanceDecay)) : null;
    }

    /// <summary>What a pair counts in the other order, as a part of what it counts in its own.</summary>
    /// <value>0 … 1; 1: the order within a history does not count. Default .3.</value>
    public double Back
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(Back));
    } = 0.3;

    /// <summary>r: how much all that follows an item is divided out; 1: it is a probability.</summary>
    /// <value>0 … 1. Default 1.</value>
    public double RowExponent
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(RowExponent));
    } = 1;

    /// <summary>c: how much the popularity of what follows is divided out.</summary>
    /// <value>0 … 1. Default 0.</value>
    public double ColumnExponent
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(ColumnExponent));
    }

    /// <summary>q: what an item of the history counts, as a part of the one after it.</summary>
    /// <value>0 … 1; 1: all count alike. Default .8.</value>
    public double Decay
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(Decay));
    } = 0.8;

    /// <summary>How many of a history's newest items count.</summary>
    /// <value>0 or more; 0: all. Default 0.</value>
    public int Last
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, nameof(Last));
    }

    /// <summary>The strongest rules that are kept for each item; memory is 8 bytes each.</summary>
    /// <value>0 or more; 0: all. Default 1,000.</value>
    public int MostRelated
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, nameof(MostRelated));
    } = 1_000;
}
