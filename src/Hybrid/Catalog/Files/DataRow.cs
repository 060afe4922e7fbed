namespace Hybrid.Catalog.Files;

/// <summary>One field of a row.</summary>
/// <param name="Column">Where it begins, from 1.</param>
/// <param name="Value">As text; null where JSON has null.</param>
/// <param name="Kind">What JSON says it is; null in CSV, where the value itself has to tell.</param>
internal readonly record struct DataField(string Name, int Column, string? Value, AttributeKind? Kind = null);

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
}

/// <summary>Thrown within a row to reject it.</summary>
internal sealed class RowException(int column, string reason, string? field = null, string? value = null) : Exception(reason)
{
    public int Column { get; } = column;

    public string? Field { get; } = field;

    public string? Value { get; } = value;
}
