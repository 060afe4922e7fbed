namespace Hybrid.Evaluation;

/// <summary>How knobs are searched.</summary>
public sealed record TuneOptions
{
    /// <summary>Of the order in which knobs are tried.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long a source may take; the best so far then counts, and the trial that runs then does not. Only the first one, of the knobs at the
    /// start, is never cut short.</summary>
    /// <value>More than zero. Default 10 minutes.</value>
    public TimeSpan Time
    {
        get;
        init => field = value > TimeSpan.Zero ? value
            : throw new ArgumentOutOfRangeException(nameof(Time), value, $"Time takes more than 0:00:00, not {value:c}.");
    } = TimeSpan.FromMinutes(10);
}
