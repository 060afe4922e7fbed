namespace Hybrid.Catalog;

/// <summary>How a file of items or events is read.</summary>
public sealed record FileReadOptions
{
    /// <summary>Which column holds which field, where the header does not say it itself.</summary>
    public ColumnMap Map { get; init; } = ColumnMap.Empty;

    /// <summary>Told of every row that is left out, in file order; null: nobody is.</summary>
    public Action<RejectedRow>? OnRejected { get; init; }
}
