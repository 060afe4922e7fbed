using System.Text.Json.Serialization;

namespace Hybrid.Cli.Queries;

/// <summary>One `recommend`, from the command line or from a line of a batch.</summary>
internal sealed record UserQuery
{
    public string? Text { get; init; }

    public string? Item { get; init; }

    /// <summary>Whose stored events are the history, unless <see cref="History"/> is given.</summary>
    public string? User { get; init; }

    /// <summary>Oldest first; on a batch line a list, or ids with commas between.</summary>
    [JsonConverter(typeof(CommaListConverter))]
    public IReadOnlyList<string>? History { get; init; }

    public int Count { get; init; } = 10;

    public string? Filter { get; init; }

    public int? Probes { get; init; }

    public bool Explain { get; init; }
}
