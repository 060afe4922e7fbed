namespace Hybrid.Evaluation;

/// <summary>How lists are judged.</summary>
public sealed record JudgeOptions
{
    /// <summary>The lengths at which lists are looked at; the first one is also that of coverage, novelty, diversity and Gini.</summary>
    /// <value>One or more of 1 … <see cref="Judge.Cut"/>. Default 10 and 50.</value>
    public IReadOnlyList<int> Lengths
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Lengths));
            field = value.Count > 0 && value.All(k => k is >= 1 and <= Judge.Cut) ? [.. value.Distinct()]
                : throw new ArgumentOutOfRangeException(nameof(Lengths), string.Join(", ", value), $"Lengths takes one or more of 1 to {Judge.Cut}.");
        }
    } = [10, 50];

    /// <summary>How often users are drawn anew for an interval.</summary>
    /// <value>100 … 100,000. Default 1,000.</value>
    public int Resamples
    {
        get;
        init => field = value is >= 100 and <= 100_000 ? value
            : throw new ArgumentOutOfRangeException(nameof(Resamples), value, $"Resamples takes 100 to 100000, not {value}.");
    } = 1_000;

    /// <summary>Of the draws.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>[items × d], row-major: a unit vector for each item of the log in their order, by which the items of a list differ; empty: diversity is not
    /// measured.</summary>
    public ReadOnlyMemory<float> Vectors { get; init; }
}
