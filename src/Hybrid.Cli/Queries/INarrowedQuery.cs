namespace Hybrid.Cli.Queries;

/// <summary>What every query has that names attributes.</summary>
internal interface INarrowedQuery
{
    string? Filter { get; }

    string? GroupBy { get; }
}
