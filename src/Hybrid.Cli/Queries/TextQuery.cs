namespace Hybrid.Cli.Queries;

/// <summary>One `search`, from the command line or from a line of a batch.</summary>
internal sealed record TextQuery
{
    public string? Text { get; init; }

    public int Count { get; init; } = 10;

    public string? Filter { get; init; }

    public int? Probes { get; init; }

    /// <exception cref="UsageException">A value cannot be meant.</exception>
    public SearchQuery Read() => new()
    {
        Text = QueryFields.Text(Text ?? ""),
        Count = QueryFields.Count(Count, SearchQuery.MaxCount),
        Filter = QueryFields.Filter(Filter),
        Probes = QueryFields.Probes(Probes),
    };
}
