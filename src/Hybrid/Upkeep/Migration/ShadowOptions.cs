namespace Hybrid.Upkeep.Migration;

/// <summary>How many live requests the other side of a migration is asked, too, and what that may cost.</summary>
public sealed record ShadowOptions
{
    /// <summary>The share of the requests that are asked of both sides, behind the answer's back.</summary>
    /// <value>0 … 1. Default .05; 0: none.</value>
    public double Share
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Share), value, $"A share is 0 to 1, not {value}.");
    } = 0.05;

    /// <summary>How many wait at most; what more come are dropped, and counted.</summary>
    /// <value>At least 1. Default 256.</value>
    public int MostWaiting
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(MostWaiting));
            field = value;
        }
    } = 256;

    /// <summary>The share of the time in which one of them may be asked: they are asked one after the other, with pauses.</summary>
    /// <value>Above 0, at most 1. Default .1: a tenth of one processor at most.</value>
    public double Budget
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Budget), value,
            $"A budget is above 0 and at most 1, not {value}.");
    } = 0.1;

    /// <summary>Draws which requests, and which side is asked first.</summary>
    public int Seed { get; init; } = 1;
}
