using System.Text.Json.Serialization;
using Hybrid.Catalog;
using Hybrid.Recommending;

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

    /// <summary>True for what the query names, by its id or by a code in its title.</summary>
    public bool? Exact { get; init; }

    /// <summary>"text", "behavior", "text+behavior" or "popularity".</summary>
    public required string Source { get; init; }

    public float? TextScore { get; init; }

    public float? BehaviorScore { get; init; }

    /// <summary>True for an item that no one has touched, whose behaviour score is by its text.</summary>
    public bool? Mapped { get; init; }

    /// <summary>The place before the history reranked the candidates.</summary>
    public int? RetrievalRank { get; init; }

    public string? Why { get; init; }

    /// <summary>What a person reads of it.</summary>
    [JsonIgnore]
    public string Label => Title is { Length: > 0 } title ? title : "(not in the catalogue)";

    public static ResultItem Of(SearchResult found, int rank) =>
        Of(found.Item, found.Score, rank, CandidateSource.Text) with { Exact = found.IsExact ? true : null };

    public static ResultItem Of(Recommendation found, int rank, bool explains) =>
        Of(found.Item, found.Score, rank, string.Join('+', found.Sources.Select(source => source.Name))) with
        {
            TextScore = found.TextScore,
            BehaviorScore = found.BehaviorScore,
            Mapped = found.IsMapped ? true : null,
            RetrievalRank = found.RetrievalRank,
            Why = explains ? found.Why : null,
        };

    private static ResultItem Of(Item item, float score, int rank, string source) => new()
    {
        Rank = rank,
        Id = item.IdAsGiven,
        Title = (item.Title.Length > 0 ? item.Title : item.Text) is { Length: > 0 } title ? title : null,
        Category = item.Category,
        Brand = item.Brand,
        Price = item.Price,
        InStock = item.InStock,
        Score = score,
        Source = source,
    };
}
