namespace Hybrid.Streaming;

/// <summary>How an engine makes changed items searchable by itself.</summary>
public sealed record LiveIndexOptions
{
    /// <summary>How many changed items may wait to be encoded before more are refused: about as many as a core encodes in some minutes.</summary>
    /// <value>1 … 100 000 000. Default 100,000. Imports are not refused.</value>
    public int MostWaiting
    {
        get;
        init => field = value is >= 1 and <= 100_000_000 ? value
            : throw new ArgumentOutOfRangeException(nameof(MostWaiting), value, $"MostWaiting takes 1 to 100,000,000, not {value}.");
    } = 100_000;

    /// <summary>How often it looks for changes that other processes have made; its own it sees at once.</summary>
    /// <value>10 ms … 1 hour. Default 250 ms.</value>
    public TimeSpan Interval
    {
        get;
        init => field = value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromHours(1) ? value
            : throw new ArgumentOutOfRangeException(nameof(Interval), value, $"Interval takes 10 ms to an hour, not {value}.");
    } = TimeSpan.FromMilliseconds(250);
}
