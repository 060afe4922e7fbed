using System.Text.Json.Serialization;
using Hybrid.Api.Reading;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Recommending;
using Hybrid.Recommending.Sources;

namespace Hybrid.Cli.Queries;

/// <summary>One `recommend`, from the command line or from a line of a batch.</summary>
internal sealed record UserQuery : INarrowedQuery
{
    public string? Text { get; init; }

    [JsonConverter(typeof(IdConverter))]
    public string? Item { get; init; }

    /// <summary>Whose stored events are the history, unless <see cref="History"/> is given.</summary>
    [JsonConverter(typeof(IdConverter))]
    public string? User { get; init; }

    /// <summary>Oldest first; on a batch line a list, or ids with commas between.</summary>
    [JsonConverter(typeof(IdListConverter))]
    public IReadOnlyList<string>? History { get; init; }

    public int Count { get; init; } = 10;

    public string? Filter { get; init; }

    public int? Probes { get; init; }

    public bool? ExcludeSeen { get; init; }

    /// <summary>Ids; on a batch line a list, or ids with commas between.</summary>
    [JsonConverter(typeof(IdListConverter))]
    public IReadOnlyList<string>? Exclude { get; init; }

    public string? GroupBy { get; init; }

    /// <summary>What whoever asks belongs to.</summary>
    public string? Segment { get; init; }

    /// <summary>The source that is to answer alone; null: the preset Classic.</summary>
    public string? Source { get; init; }

    public bool MapNewItems { get; init; }

    public bool Explain { get; init; }

    /// <exception cref="UsageException">A value cannot be meant, or there is nothing to go by.</exception>
    public RecommendQuery Read()
    {
        if (this is { Text: null, Item: null, User: null, History: null })
            throw new UsageException("There is nothing to go by: give a text, an item, a user or a history.");
        if (this is { Text: not null, Item: not null })
            throw new UsageException($"The query starts from the text '{Text}' and from the item {Item}: give one of them.");
        if (Source is not null && !SourceFitter.Names.Contains(Source))
            throw new UsageException($"There is no source '{PlainText.Brief(Source)}'. Sources: {string.Join(", ", SourceFitter.Names)}.");
        if (this is { Source: not null, Text: not null })
            throw new UsageException($"The source {Source} goes by a history, not by a text: give a user, a history or an item.");
        return new()
        {
            Text = Text is null ? null : QueryFields.Text(Text),
            Item = Item is null ? (ItemId?)null : QueryFields.Item("item", Item),
            User = User is null ? (UserId?)null : QueryFields.Id<UserId>("user", User),
            History = History is null ? null : [.. History.Select(id => QueryFields.Item("history", id))],
            ExcludeSeen = ExcludeSeen,
            Count = QueryFields.Count(Count, HybridRecommender.MaxCount),
            Filter = QueryFields.Filter(Filter),
            Probes = QueryFields.Probes(Probes),
            Exclude = QueryFields.Exclude(Exclude),
            GroupBy = GroupBy,
            Segment = QueryFields.Segment(Segment),
            Source = Source,
            MapNewItems = MapNewItems,
        };
    }
}
