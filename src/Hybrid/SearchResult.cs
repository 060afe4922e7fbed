using Hybrid.Catalog;
using Hybrid.Recommending;

namespace Hybrid;

/// <summary>An item that a search found.</summary>
/// <param name="Item">As the records have it now.</param>
/// <param name="Score">Cosine with the query, in [−1, 1].</param>
public readonly record struct SearchResult(Item Item, float Score)
{
    /// <summary>Whether the query names it, by its id or by a code in its title; such items come first, whatever their score.</summary>
    public bool IsExact { get; init; }

    /// <summary>Where the whole answer comes from; the same object in each of its results.</summary>
    public AnswerOrigin? Origin { get; init; }
}
