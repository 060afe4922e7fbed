using Hybrid.Catalog;
using Hybrid.Recommending;

namespace Hybrid.Api.Messages;

/// <summary>One result of a query.</summary>
public sealed record ResultItem
{
    /// <summary>Its place, from 1.</summary>
    public required int Rank { get; init; }

    public required string Id { get; init; }

    public string? Title { get; init; }

    public string? Category { get; init; }

    public string? Brand { get; init; }

    public double? Price { get; init; }

    public bool? InStock { get; init; }

    /// <summary>What the list is ordered by: higher is closer.</summary>
    public required float Score { get; init; }

    /// <summary>True for what the query names, by its id or by a code in its title.</summary>
    public bool? Exact { get; init; }

    /// <summary>Who proposed it: "text", "behavior", "text+behavior", "popularity".</summary>
    public required string Source { get; init; }

    /// <summary>Cosine with the query's text vector.</summary>
    public float? TextScore { get; init; }

    /// <summary>Cosine with the mean of the history's behaviour vectors.</summary>
    public float? BehaviorScore { get; init; }

    /// <summary>True for an item that no one has touched, whose behaviour score is by its text.</summary>
    public bool? Mapped { get; init; }

    /// <summary>The place before the history reranked the candidates.</summary>
    public int? RetrievalRank { get; init; }

    /// <summary>With explain: one sentence.</summary>
    public string? Why { get; init; }

    internal static ResultItem Of(SearchResult found, int rank) =>
        Of(found.Item, found.Score, rank, CandidateSource.Text) with { Exact = found.IsExact ? true : null };

    internal static ResultItem Of(Recommendation found, int rank, bool explains) =>
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
