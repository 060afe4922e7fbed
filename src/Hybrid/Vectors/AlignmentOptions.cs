namespace Hybrid.Vectors;

/// <summary>How a map between two spaces is fitted.</summary>
public sealed record AlignmentOptions
{
    /// <value>Default <see cref="SpaceMapKind.Auto"/>.</value>
    public SpaceMapKind Kind
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Kind), value, $"There is no map {value}.");
    }

    /// <summary>Whether the mean of either space is taken away first.</summary>
    /// <value>Default true: what all vectors of a space have in common says nothing of any. False: a rotation then changes no cosine either.</value>
    public bool Centre { get; init; } = true;

    /// <summary>How many pairs there have to be.</summary>
    /// <value>At least <see cref="SpaceAlignment.LeastPairs"/>, the default. Of queries, from which a single item is to be found, 5,000.</value>
    public int LeastPairs
    {
        get;
        init => field = value >= SpaceAlignment.LeastPairs ? value : throw new ArgumentOutOfRangeException(nameof(LeastPairs), value,
            $"LeastPairs takes {SpaceAlignment.LeastPairs} or more, not {value}.");
    } = SpaceAlignment.LeastPairs;

    /// <summary>The agreement below which a map is refused, beside twice that of chance.</summary>
    /// <value>0 … 1. Default 0.</value>
    public double LeastAgreement
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(LeastAgreement), value,
            $"LeastAgreement takes 0 to 1, not {value}.");
    }
}
