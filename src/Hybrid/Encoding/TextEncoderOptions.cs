namespace Hybrid.Encoding;

/// <summary>How a <see cref="TextEncoder"/> uses the machine; no option changes a vector by more than rounding.</summary>
public sealed record TextEncoderOptions
{
    /// <summary>Threads that work on one batch.</summary>
    /// <value>0 … 1 024. Default 0: as many as the process may use processors.</value>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Threads));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1_024, nameof(Threads));
            field = value;
        }
    }
}
