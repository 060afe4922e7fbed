namespace Hybrid.Cli.Queries;

/// <summary>One `similar`, from the command line or from a line of a batch.</summary>
internal sealed record ItemQuery
{
    public string? Item { get; init; }

    public int Count { get; init; } = 10;

    public string? Filter { get; init; }

    public int? Probes { get; init; }

    /// <exception cref="UsageException">A value cannot be meant.</exception>
    public SearchQuery Read() => new()
    {
        Item = QueryFields.Item("item", Item ?? ""),
        Count = QueryFields.Count(Count, SearchQuery.MaxCount),
        Filter = QueryFields.Filter(Filter),
        Probes = QueryFields.Probes(Probes),
    };
}
