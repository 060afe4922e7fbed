namespace Hybrid.Recommending.Sources;

/// <summary>Which other sessions are like this one, and what of them counts.</summary>
public sealed record SessionKnnOptions
{
    /// <summary>K: how many of the sessions most like this one count.</summary>
    /// <value>At least 1. Default 100.</value>
    public int Neighbors
    {
        get;
        init => field = RecencyWeights.InRange(value, 1, nameof(Neighbors));
    } = 100;

    /// <summary>What a shared item counts, as a part of what it would if it stood one place nearer the end of the history.</summary>
    /// <value>0 … 1; 1: all count alike. Default .7.</value>
    public double Decay
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(Decay));
    } = 0.7;

    /// <summary>λt: after how long a session counts 1/e, back from the time of the query.</summary>
    /// <value>More than zero; null, the default: sessions do not age.</value>
    public TimeSpan? Aging
    {
        get;
        init => field = value is null || value > TimeSpan.Zero ? value
            : throw new ArgumentOutOfRangeException(nameof(Aging), value, $"Aging takes more than 0:00:00, not {value:c}.");
    }

    /// <summary>λn: how many places from the newest shared item an item of another session counts 1/e.</summary>
    /// <value>0 or more; 0: places do not count. Default 3.</value>
    public double Nearness
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, double.MaxValue, nameof(Nearness));
    } = 3;

    /// <summary>l: a session of n items counts n^−l.</summary>
    /// <value>0 … 2. Default .5.</value>
    public double LengthExponent
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 2, nameof(LengthExponent));
    } = 0.5;

    /// <summary>f: what an item counts that stands before the newest shared one.</summary>
    /// <value>0 … 1. Default 1.</value>
    public double Before
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 1, nameof(Before));
    } = 1;

    /// <summary>e: how much rare items count more, by idf^e.</summary>
    /// <value>0 … 2. Default .5.</value>
    public double IdfExponent
    {
        get;
        init => field = RecencyWeights.InRange(value, 0, 2, nameof(IdfExponent));
    } = 0.5;

    /// <summary>How many of the newest sessions with an item are looked at: what everybody has would lead to everybody.</summary>
    /// <value>At least 1. Default 5,000.</value>
    public int MostSessions
    {
        get;
        init => field = RecencyWeights.InRange(value, 1, nameof(MostSessions));
    } = 5_000;
}
