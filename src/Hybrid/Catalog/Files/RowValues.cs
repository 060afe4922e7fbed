namespace Hybrid.Catalog.Files;

/// <summary>Values that rows of items and of events share.</summary>
internal static class RowValues
{
    /// <summary>A required id of an item, user, session or request.</summary>
    /// <exception cref="RowException">It is missing, or no id.</exception>
    public static string Id(DataRow row, int role, string field)
    {
        if (row.Roles[role] >= 0 && row.Fields[row.Roles[role]].IsList)
            throw Bad(row, role, field, "is a list, and one id is meant; write a row for each");
        string value = row.Roles[role] < 0 ? "" : row.Fields[row.Roles[role]].Value ?? "";
        return IdText.Reject(IdText.FormOf(value)) is { } reason ? throw Bad(row, role, field, $"is not an id: {reason}") : value;
    }

    /// <summary>A field that must say something says nothing, or one of the words for it.</summary>
    public static RowException Missing(DataRow row, int role, string field)
    {
        DataField? blank = row.Roles[role] < 0 ? null : row.Fields[row.Roles[role]];
        string? word = blank?.Value?.Trim();
        return new RowException(blank?.Column ?? 1, $"{field} is missing{(string.IsNullOrEmpty(word) ? "" : $": '{PlainText.Brief(word)}'")}", field, word);
    }

    public static RowException Bad(DataRow row, int role, string field, string what)
    {
        DataField? bad = row.Roles[role] < 0 ? null : row.Fields[row.Roles[role]];
        return string.IsNullOrWhiteSpace(bad?.Value)
            ? new RowException(bad?.Column ?? 1, $"{field} is missing", field)
            : new RowException(bad.Value.Column, $"{field} '{PlainText.Brief(bad.Value.Value)}' {what}", field, bad.Value.Value);
    }
}
