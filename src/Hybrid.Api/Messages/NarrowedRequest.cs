using System.Text.Json.Serialization;
using Hybrid.Api.Answers;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Recommending;

namespace Hybrid.Api.Messages;

/// <summary>What all searches have.</summary>
public abstract record NarrowedRequest
{
    /// <summary>The id of who asks: while a migration divides the traffic, the same user is answered by the same collection.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? User { get; init; }

    /// <summary>The collection of a migration that is to answer, old or new; by default the share of the traffic decides.</summary>
    public Variant? Variant { get; init; }

    /// <summary>What whoever asks belongs to, a country or a kind of customer: a migration may divide its traffic by it.</summary>
    public string? Segment { get; init; }

    /// <summary>How many items return, 10 by default.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Only items that match: category == "audio" and price &lt; 50.</summary>
    public string? Filter { get; init; }

    /// <summary>Cells of the index to visit; planned by default.</summary>
    public int? Probes { get; init; }

    /// <summary>Ids of items that are not to return.</summary>
    [JsonConverter(typeof(IdListConverter))]
    public IReadOnlyList<string>? Exclude { get; init; }

    /// <summary>How many of the best are passed over: those of the pages before.</summary>
    public int Offset { get; init; }

    /// <summary>The least score that returns, from -1 to 1.</summary>
    public float? MinScore { get; init; }

    /// <summary>A field or an attribute of which each value returns once.</summary>
    public string? GroupBy { get; init; }

    /// <exception cref="RefusedException">A value cannot be meant.</exception>
    private protected SearchQuery Narrow(SearchQuery query, HybridApiOptions limits) => query with
    {
        User = User is null ? (UserId?)null : FieldValues.Id<UserId>("user", User),
        Variant = Variant,
        Segment = Segment is null ? null : FieldValues.Text("segment", Segment, limits.MaxTextLength),
        Count = FieldValues.Whole("count", Count, 1, limits.MaxCount),
        Filter = FieldValues.Filter(Filter, limits.MaxFilterLength),
        Probes = FieldValues.Probes(Probes),
        Exclude = FieldValues.Ids("exclude", Exclude, limits.MaxIds),
        Offset = FieldValues.Whole("offset", Offset, 0, SearchQuery.MaxCount - Count),
        MinScore = FieldValues.Score("min_score", MinScore),
        GroupBy = GroupBy is null ? null : FieldValues.Text("group_by", GroupBy, limits.MaxTextLength),
    };
}
