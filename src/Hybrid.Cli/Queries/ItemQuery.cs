namespace Hybrid.Cli.Queries;

/// <summary>One `similar`, from the command line or from a line of a batch.</summary>
internal sealed record ItemQuery
{
    public string? Item { get; init; }

    public int Count { get; init; } = 10;

    public string? Filter { get; init; }

    public int? Probes { get; init; }
}
