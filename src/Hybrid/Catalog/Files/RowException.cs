namespace Hybrid.Catalog.Files;

/// <summary>Thrown within a row to reject it.</summary>
internal sealed class RowException(int column, string reason, string? field = null, string? value = null) : Exception(reason)
{
    public int Column { get; } = column;

    public string? Field { get; } = field;

    public string? Value { get; } = value;

    /// <summary>The fields of a CSV row before the fault.</summary>
    public IReadOnlyList<(int Column, string Value)> FieldsBefore { get; set; } = [];

    /// <summary>The item that the row is about, where that much of it could be read.</summary>
    public ItemId? Item { get; set; }
}
