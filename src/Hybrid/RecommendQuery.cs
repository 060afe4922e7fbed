using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Recommending.Sources;
using Hybrid.Upkeep.Migration;

namespace Hybrid;

/// <summary>What a recommendation goes by: a text or an item to start from, a user or a history, any of them together.</summary>
/// <remarks>With nothing to go by, or nothing that is known, the most popular items are recommended.</remarks>
public sealed record RecommendQuery
{
    /// <summary>A text to start from, "a gift for a child"; not together with <see cref="Item"/>.</summary>
    public string? Text { get; init; }

    /// <summary>An item to start from, which is not recommended itself; not together with <see cref="Text"/>.</summary>
    public ItemId? Item { get; init; }

    /// <summary>Whose events are the history, unless <see cref="History"/> is given.</summary>
    public UserId? User { get; init; }

    /// <summary>The user's items, oldest first; the last <see cref="HybridRecommender.HistoryLength"/> different ones count, all alike. Null: those of
    /// <see cref="User"/>, by the weights of their kinds.</summary>
    public IReadOnlyList<ItemId>? History { get; init; }

    /// <summary>Whether items of the whole history (of <see cref="User"/>, all events) are left out. What the user dislikes always is.</summary>
    /// <value>Default null: yes for a <see cref="User"/>, no for a <see cref="History"/> beside a text or an item. A history alone never returns
    /// itself.</value>
    public bool? ExcludeSeen { get; init; }

    /// <summary>How many.</summary>
    /// <value>1 … <see cref="HybridRecommender.MaxCount"/>. Default 10. Fewer return when fewer match.</value>
    public int Count { get; init; } = 10;

    /// <summary>Only items that match; null: all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Items that are not to return, of which there may be any number; null: none.</summary>
    public IReadOnlyCollection<ItemId>? Exclude { get; init; }

    /// <summary>A field or an attribute of which each value returns once, with its best item after ranking; null: all return. See
    /// <see cref="SearchOptions.GroupBy"/>.</summary>
    /// <remarks>More are then ranked until there are as many groups as are asked for, or no more items: what has been reranked among few can stand elsewhere
    /// among many.</remarks>
    public string? GroupBy { get; init; }

    /// <summary>The collection of a migration that is to answer; null: by the share of the traffic, as <see cref="User"/> falls.</summary>
    public Variant? Variant { get; init; }

    /// <summary>What whoever asks belongs to, a country or a kind of customer: a migration may divide its traffic by it (<see cref="TrafficRules"/>).</summary>
    public string? Segment { get; init; }

    /// <summary>The request's id, as its events will carry it: while a migration divides the traffic, what was shown is noted under it. Null: it is
    /// not.</summary>
    public string? Request { get; init; }

    /// <summary>The source that is to answer alone, by its name in <see cref="SourceFitter.Names"/>; null: the preset Classic.</summary>
    /// <remarks>
    /// <para>A source goes by the history, of which an <see cref="Item"/> is then the newest; not by a <see cref="Text"/>. It never returns what it goes by,
    /// it
    /// answers nothing where it has nothing to say, and its scores are its own. What the user dislikes does not return, and what is like it pays nothing for
    /// that.</para>
    /// <para>Behaviour sources are fitted by <see cref="HybridEngine.TrainAsync"/>; "text" and "text-last" are compared in the index. "classic" starts from
    /// the
    /// last item of the history by text; "classic-history" is what null is for a history alone.</para>
    /// </remarks>
    public string? Source { get; init; }

    /// <inheritdoc cref="RetrievalQuery.MapNewItems"/>
    public bool MapNewItems { get; init; }

    /// <summary>Cells visited, instead of the collection's own setting; see <see cref="SearchOptions.Probes"/>.</summary>
    public int? Probes { get; init; }
}
