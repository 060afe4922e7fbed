namespace Hybrid.Streaming;

/// <summary>So much waits already that what was given was not taken; nothing was written.</summary>
/// <param name="what">What waits, "100,000 events wait to be written".</param>
/// <param name="retryAfter">When it is worth a second try.</param>
public sealed class OverloadedException(string what, TimeSpan retryAfter)
    : Exception($"{what}: nothing of this call was taken. Send it again in {retryAfter.TotalSeconds:0} s, and less at a time.")
{
    /// <summary>What waits.</summary>
    public string What { get; } = what;

    public TimeSpan RetryAfter { get; } = retryAfter;
}
