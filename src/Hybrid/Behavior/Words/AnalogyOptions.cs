namespace Hybrid.Behavior.Words;

/// <summary>How analogy questions are asked. The defaults are gensim's.</summary>
public sealed record AnalogyOptions
{
    /// <summary>Only the first so many keys are known, the most frequent ones: questions with another word are not asked, nor is it an answer.</summary>
    /// <value>At least 1. Default 300,000.</value>
    public int First
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(First), value, $"First takes 1 or more, not {value}.");
    } = 300_000;

    /// <summary>Whether "Athens" and "athens" are one word; of several such keys the first one's vector is asked with.</summary>
    /// <value>Default true.</value>
    public bool IgnoreCase { get; init; } = true;

    /// <summary>Whether a question with a word that is not known counts as answered wrongly.</summary>
    /// <value>Default false: it is not counted.</value>
    public bool CountUnknown { get; init; }

    /// <summary>Threads; the result does not depend on them.</summary>
    /// <value>1 … 1,024. Default: the processors of this machine.</value>
    public int Workers
    {
        get;
        init => field = value is >= 1 and <= 1_024 ? value
            : throw new ArgumentOutOfRangeException(nameof(Workers), value, $"Workers takes 1 to 1,024, not {value}.");
    } = Math.Min(Environment.ProcessorCount, 1_024);
}
