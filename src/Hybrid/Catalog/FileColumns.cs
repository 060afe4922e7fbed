namespace Hybrid.Catalog;

/// <summary>What the columns of a file are taken for.</summary>
/// <param name="File">Its name.</param>
/// <param name="Export">The known export that they are of, "Shopify products"; null when of none.</param>
/// <param name="Columns">In file order; of JSON those of the first rows.</param>
public sealed record FileColumns(string File, string? Export, IReadOnlyList<FileColumn> Columns);
