using System.Text.Json.Serialization;

namespace Hybrid.Cli.Output;

/// <summary>One result of a query, as --json and --batch write it; null fields are left out.</summary>
internal sealed record ResultItem
{
    public required int Rank { get; init; }

    public required string Id { get; init; }

    public string? Title { get; init; }

    public string? Category { get; init; }

    public string? Brand { get; init; }

    public double? Price { get; init; }

    public bool? InStock { get; init; }

    public required float Score { get; init; }

    /// <summary>"text", "behavior", "text+behavior" or "popularity".</summary>
    public required string Source { get; init; }

    public float? TextScore { get; init; }

    public float? BehaviorScore { get; init; }

    /// <summary>The place before the history reranked the candidates.</summary>
    public int? RetrievalRank { get; init; }

    public string? Why { get; init; }

    /// <summary>What a person reads of it.</summary>
    [JsonIgnore]
    public string Label => Title is { Length: > 0 } title ? title : "(not in the catalogue)";
}
