using System.Text.Json.Serialization;
using Hybrid.Api.Reading;

namespace Hybrid.Cli.Queries;

/// <summary>One `search`, from the command line or from a line of a batch.</summary>
internal sealed record TextQuery : INarrowedQuery
{
    public string? Text { get; init; }

    public int Count { get; init; } = 10;

    public string? Filter { get; init; }

    public int? Probes { get; init; }

    /// <summary>Ids; on a batch line a list, or ids with commas between.</summary>
    [JsonConverter(typeof(IdListConverter))]
    public IReadOnlyList<string>? Exclude { get; init; }

    public int? Offset { get; init; }

    public float? MinScore { get; init; }

    public string? GroupBy { get; init; }

    /// <summary>What whoever asks belongs to.</summary>
    public string? Segment { get; init; }

    public bool Explain { get; init; }

    /// <exception cref="UsageException">A value cannot be meant.</exception>
    public SearchQuery Read() => new()
    {
        Text = QueryFields.Text(Text ?? ""),
        Count = QueryFields.Count(Count, SearchQuery.MaxCount),
        Filter = QueryFields.Filter(Filter),
        Probes = QueryFields.Probes(Probes),
        Exclude = QueryFields.Exclude(Exclude),
        Offset = QueryFields.Offset(Offset ?? 0, Count, SearchQuery.MaxCount),
        MinScore = QueryFields.MinScore(MinScore),
        GroupBy = GroupBy,
        Segment = QueryFields.Segment(Segment),
    };
}
