using System.Text.Json.Serialization;
using Hybrid.Api.Answers;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Recommending;

namespace Hybrid.Api.Messages;

/// <summary>What a recommendation goes by: a text or an item to start from, a user or a history.</summary>
public sealed record RecommendRequest
{
    /// <summary>A text to start from; not together with item.</summary>
    public string? Text { get; init; }

    /// <summary>The id of an item to start from; not together with text.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? Item { get; init; }

    /// <summary>The id of a user, whose events are the history unless one is given.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? User { get; init; }

    /// <summary>The session of somebody without an id: ids of items, oldest first.</summary>
    [JsonConverter(typeof(IdListConverter))]
    public IReadOnlyList<string>? History { get; init; }

    /// <summary>How many items return, 10 by default.</summary>
    public int Count { get; init; } = 10;

    /// <summary>Only items that match: category == "audio" and price &lt; 50.</summary>
    public string? Filter { get; init; }

    /// <summary>Cells of the index to visit; planned by default.</summary>
    public int? Probes { get; init; }

    /// <summary>Whether items of the history are left out; by default those of a user are.</summary>
    public bool? ExcludeSeen { get; init; }

    /// <summary>Ids of items that are not to return.</summary>
    [JsonConverter(typeof(IdListConverter))]
    public IReadOnlyList<string>? Exclude { get; init; }

    /// <summary>A field or an attribute of which each value returns once.</summary>
    public string? GroupBy { get; init; }

    /// <summary>The collection of a migration that is to answer, old or new; by default the share of the traffic decides.</summary>
    public Variant? Variant { get; init; }

    /// <summary>What whoever asks belongs to, a country or a kind of customer: a migration may divide its traffic by it.</summary>
    public string? Segment { get; init; }

    /// <summary>The request's id, as its events will carry it: while a migration divides the traffic, what was shown is noted under it.</summary>
    public string? Request { get; init; }

    /// <summary>Whether each item says why it is there.</summary>
    public bool Explain { get; init; }

    /// <exception cref="RefusedException">A value cannot be meant, or there is nothing to go by.</exception>
    internal RecommendQuery Read(HybridApiOptions limits)
    {
        if (this is { Text: null, Item: null, User: null, History: null })
            throw ProblemKind.BadValue.Refuse("There is nothing to go by.", "Give a text, an item, a user or a history.", "text");
        if (this is { Text: not null, Item: not null })
            throw ProblemKind.BadValue.Refuse("The query starts from a text and from an item.", "Give one of them.", "item", Item);
        return new()
        {
            Text = Text is null ? null : FieldValues.Text("text", Text, limits.MaxTextLength),
            Item = Item is null ? (ItemId?)null : FieldValues.Id<ItemId>("item", Item),
            User = User is null ? (UserId?)null : FieldValues.Id<UserId>("user", User),
            History = FieldValues.Ids("history", History, limits.MaxIds),
            ExcludeSeen = ExcludeSeen,
            Count = FieldValues.Whole("count", Count, 1, limits.MaxCount),
            Filter = FieldValues.Filter(Filter, limits.MaxFilterLength),
            Probes = FieldValues.Probes(Probes),
            Exclude = FieldValues.Ids("exclude", Exclude, limits.MaxIds),
            Variant = Variant,
            Segment = Segment is null ? null : FieldValues.Text("segment", Segment, limits.MaxTextLength),
            Request = Request is null ? null : FieldValues.Text("request", Request, limits.MaxTextLength),
            GroupBy = GroupBy is null ? null : FieldValues.Text("group_by", GroupBy, limits.MaxTextLength),
        };
    }
}
