namespace Hybrid.Catalog;

/// <summary>What a column of a file is taken for.</summary>
/// <param name="Name">As the file has it.</param>
/// <param name="Becomes">The field that it holds, "price"; "attribute" or "option"; null where nothing is made of it.</param>
/// <param name="Example">The first value that it has, shortened; null when the rows looked at have none.</param>
public sealed record FileColumn(string Name, string? Becomes, string? Example);
