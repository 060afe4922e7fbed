namespace Hybrid.Api;

/// <summary>What the API lets a caller ask for. What goes beyond is refused before it costs anything.</summary>
public sealed record HybridApiOptions
{
    /// <summary>The most bytes of a body that has rows.</summary>
    /// <value>1,024 … 1 073 741 824. Default 16 MiB.</value>
    public int MaxBodyBytes { get; init => field = Within(value, 1_024, 1 << 30, nameof(MaxBodyBytes)); } = 16 << 20;

    /// <summary>The most bytes of a body that is one query.</summary>
    /// <value>1,024 … 1 073 741 824. Default 1 MiB.</value>
    public int MaxQueryBytes { get; init => field = Within(value, 1_024, 1 << 30, nameof(MaxQueryBytes)); } = 1 << 20;

    /// <summary>The most rows of one call.</summary>
    /// <value>1 … 1 000 000. Default 10,000.</value>
    public int MaxRows { get; init => field = Within(value, 1, 1_000_000, nameof(MaxRows)); } = 10_000;

    /// <summary>The most items that one answer has.</summary>
    /// <value>1 … 16 384. Default 1,000.</value>
    public int MaxCount { get; init => field = Within(value, 1, SearchQuery.MaxCount, nameof(MaxCount)); } = 1_000;

    /// <summary>The most ids of a history or of items to leave out.</summary>
    /// <value>1 … 1 000 000. Default 10,000.</value>
    public int MaxIds { get; init => field = Within(value, 1, 1_000_000, nameof(MaxIds)); } = 10_000;

    /// <summary>The most characters of a text to search for, or to make a vector of.</summary>
    /// <value>1 … 1 000 000. Default 8,192.</value>
    public int MaxTextLength { get; init => field = Within(value, 1, 1_000_000, nameof(MaxTextLength)); } = 8_192;

    /// <summary>The most characters of a filter.</summary>
    /// <value>1 … 1 000 000. Default 16,384.</value>
    public int MaxFilterLength { get; init => field = Within(value, 1, 1_000_000, nameof(MaxFilterLength)); } = 16_384;

    /// <summary>Texts of one call of /v1/embeddings.</summary>
    /// <value>1 … 100 000. Default 2,048, as OpenAI has it.</value>
    public int MaxEmbeddings { get; init => field = Within(value, 1, 100_000, nameof(MaxEmbeddings)); } = 2_048;

    /// <summary>Requests of /v1 that are answered at a time; others wait.</summary>
    /// <value>1 … 10 000. Default 64.</value>
    public int MaxConcurrency { get; init => field = Within(value, 1, 10_000, nameof(MaxConcurrency)); } = 64;

    /// <summary>Requests that may wait for their turn; whoever comes after them is told to come again (503).</summary>
    /// <value>0 … 100 000. Default 256.</value>
    public int MaxWaiting { get; init => field = Within(value, 0, 100_000, nameof(MaxWaiting)); } = 256;

    /// <summary>How long a request may take, its wait included, before it is ended (503).</summary>
    /// <value>More than zero, at most an hour. Default 30 s.</value>
    public TimeSpan Timeout
    {
        get;
        init => field = value > TimeSpan.Zero && value <= TimeSpan.FromHours(1) ? value
            : throw new ArgumentOutOfRangeException(nameof(Timeout), value, $"Timeout takes more than zero and at most an hour, not {value}.");
    } = TimeSpan.FromSeconds(30);

    private static int Within(int value, int least, int most, string name) => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} takes {least} to {most}, not {value}.");
}
