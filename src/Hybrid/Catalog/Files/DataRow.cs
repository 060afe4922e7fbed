using Hybrid.Catalog.Exports;

namespace Hybrid.Catalog.Files;

/// <summary>The fields of one row, and which of them hold what was asked for.</summary>
/// <param name="Line">Where it begins.</param>
/// <param name="Fields">In file order.</param>
/// <param name="Roles">For each field of the schema, its place in <paramref name="Fields"/>; −1 when the row has none.</param>
internal sealed record DataRow(DataLine Line, IReadOnlyList<DataField> Fields, int[] Roles)
{
    /// <summary>The value of a schema's field without space around it, or null when it is missing or blank.</summary>
    public string? ValueOf(int role)
    {
        string? value = Roles[role] < 0 ? null : Fields[Roles[role]].Value?.Trim();
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>The same, and null too where the value is a word that says so.</summary>
    public string? ValueOf(int role, MissingWords missing) => ValueOf(role) is { } value && !missing.Has(value) ? value : null;

    /// <summary>The value of a column, whatever field it holds, without space around it; null when it is missing or blank.</summary>
    public string? ValueOf(string column) => PlaceOf(column) is >= 0 and int place && Fields[place].Value?.Trim() is { Length: > 0 } value ? value : null;

    /// <summary>A column's place among the fields; −1 when the row has none.</summary>
    public int PlaceOf(string column)
    {
        for (int i = 0; i < Fields.Count; i++)
        {
            if (!Fields[i].IsAttribute && ColumnName.Comparer.Equals(Fields[i].Name, column))
                return i;
        }
        return -1;
    }

    /// <summary>The fields with their names, for a row that stands in its file in another form.</summary>
    public string ToText() => string.Join(", ", Fields.Where(field => field.Value is not null).Select(field => $"{field.Name}={field.Value}"));
}
