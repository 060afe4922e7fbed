namespace Hybrid.Behavior;

/// <summary>Where one session of a user ends and the next begins.</summary>
public sealed record SessionOptions
{
    /// <summary>The longest pause within a session; a longer one starts the next.</summary>
    /// <value>
    /// More than zero. Default 30 minutes. <see cref="TimeSpan.MaxValue"/>: a user's events are one session. Events with a session id are not cut by time.
    /// </value>
    public TimeSpan Gap
    {
        get;
        init
        {
            field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(Gap), value, $"Gap takes more than 0:00:00, not {value:c}.");
        }
    } = TimeSpan.FromMinutes(30);
}
