namespace Hybrid.Evaluation;

/// <summary>Which split, and whom it asks.</summary>
public sealed record SplitOptions
{
    public SplitKind Kind { get; init; }

    /// <summary>Users with fewer events are learned from and not asked.</summary>
    /// <value>At least 2. Default 5.</value>
    public int MinEvents
    {
        get;
        init => field = value >= 2 ? value : throw new ArgumentOutOfRangeException(nameof(MinEvents), value, $"MinEvents takes 2 or more, not {value}.");
    } = 5;

    /// <summary>The most users that are asked: those with the smallest MD5 of "eval|" and the user id, so that they are the same everywhere.</summary>
    /// <value>At least 1. Default 5,000.</value>
    public int Users
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Users), value, $"Users takes 1 or more, not {value}.");
    } = 5_000;

    /// <summary>The share that is held out: of the sessions the latest (<see cref="SplitKind.LaterSessions"/>), of all events the latest
    /// (<see cref="SplitKind.GlobalTime"/>).</summary>
    /// <value>Above 0 and below 1. Default .2.</value>
    public double TestShare
    {
        get;
        init => field = value is > 0 and < 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(TestShare), value, FormattableString.Invariant($"TestShare is above 0 and below 1, not {value}."));
    } = 0.2;

    /// <summary>The share of the items with events that is new (<see cref="SplitKind.Cold"/>): those with the smallest MD5 of "cold|" and the id.</summary>
    /// <value>Above 0 and below 1. Default .1.</value>
    public double ColdShare
    {
        get;
        init => field = value is > 0 and < 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(ColdShare), value, FormattableString.Invariant($"ColdShare is above 0 and below 1, not {value}."));
    } = 0.1;
}
