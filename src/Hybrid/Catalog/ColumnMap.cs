namespace Hybrid.Catalog;

/// <summary>Which column of a file holds which field: "title=name,price=unit price".</summary>
/// <remarks>One map serves item and event files, because their fields have different names; a file ignores the other kind's.</remarks>
public sealed class ColumnMap
{
    private static readonly string[] Fields =
        ["id", "title", "text", "category", "brand", "price", "in_stock", "user", "item", "kind", "time", "session", "request", "rating"];

    private readonly Dictionary<string, string> _columns;

    private ColumnMap(Dictionary<string, string> columns) => _columns = columns;

    public static ColumnMap Empty { get; } = new([]);

    /// <exception cref="FormatException">An entry is not field=column, names no field, or names one again.</exception>
    public static ColumnMap Parse(string map)
    {
        ArgumentNullException.ThrowIfNull(map);
        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string entry in map.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is not [{ Length: > 0 } field, { Length: > 0 } column])
                throw new FormatException($"The map entry '{entry}' is not field=column: write it like title=name.");
            if (!Fields.Contains(field))
                throw new FormatException($"The map entry '{entry}' names no field: the fields are {string.Join(", ", Fields)}.");
            if (!columns.TryAdd(field, column))
                throw new FormatException($"The map names a column for {field} twice: '{columns[field]}' and '{column}'.");
        }
        return new ColumnMap(columns);
    }

    /// <summary>The column mapped to a field, or null.</summary>
    internal string? ColumnOf(string field) => _columns.GetValueOrDefault(field);
}
