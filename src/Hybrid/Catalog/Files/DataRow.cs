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

    /// <summary>The fields with their names, for a row that stands in its file in another form.</summary>
    public string ToText() => string.Join(", ", Fields.Where(field => field.Value is not null).Select(field => $"{field.Name}={field.Value}"));
}
