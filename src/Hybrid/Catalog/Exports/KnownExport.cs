namespace Hybrid.Catalog.Exports;

/// <summary>What a shop system, a feed or a public data set writes, known by its columns, so that nobody has to map them.</summary>
/// <param name="Name">What an import calls it, "Shopify products".</param>
/// <param name="Signature">Columns that it has and others do not have together.</param>
/// <param name="Fields">For each field its columns; of several the first that says something in a row.</param>
internal sealed record KnownExport(string Name, string[] Signature, (string Field, string[] Columns)[] Fields)
{
    /// <summary>What all of its events are, "purchase"; null where a column says it.</summary>
    public string? Kind { get; init; }

    /// <summary>Columns whose texts are lists, and what stands between the elements.</summary>
    public (string Column, string Separator)[] Lists { get; init; } = [];

    /// <summary>Pairs of columns that hold the name and the value of an attribute, "Option1 Name" and "Option1 Value".</summary>
    public (string Name, string Value)[] Options { get; init; } = [];

    /// <summary>Values that say that an item is not for shoppers, by column.</summary>
    public (string Column, string[] Values)[] Hidden { get; init; } = [];

    /// <summary>The column by which a row says that it is a variant of another; null where variants have the id of their item.</summary>
    public string? Parent { get; init; }

    /// <summary>Whether a row with the id of the row above is a variant although it has a title.</summary>
    public bool RepeatsTitles { get; init; }

    /// <summary>What it also writes where a category is missing.</summary>
    public string? NoCategory { get; init; }

    /// <summary>The list of objects in a JSON row of which each is a row of its own; null where the row is one.</summary>
    public string? Things { get; init; }

    /// <summary>The list of keys and values in a JSON row that are fields of it.</summary>
    public string? Parameters { get; init; }

    /// <summary>Whether columns are this export's: all of its signature is there. Case, and whether words are joined by _ or a space, do not count.</summary>
    public bool Fits(IReadOnlyCollection<string> columns) =>
        columns.Count >= Signature.Length && Array.TrueForAll(Signature, name => columns.Contains(name, ColumnName.Comparer));

    /// <summary>Whether a column holds the name or the value of an option.</summary>
    public bool HasOption(string column) =>
        Array.Exists(Options, option => ColumnName.Comparer.Equals(option.Name, column) || ColumnName.Comparer.Equals(option.Value, column));

    /// <summary>What stands between the elements of a column that holds lists; null where it holds none.</summary>
    public string? SeparatorOf(string column) => Array.Find(Lists, list => ColumnName.Comparer.Equals(list.Column, column)).Separator;

    /// <summary>The columns of a field, or none.</summary>
    public string[] ColumnsOf(string field) => Array.Find(Fields, f => f.Field == field).Columns ?? [];
}
