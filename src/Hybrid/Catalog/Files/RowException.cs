namespace Hybrid.Catalog.Files;

/// <summary>Thrown within a row to reject it.</summary>
internal sealed class RowException(int column, string reason, string? field = null, string? value = null) : Exception(reason)
{
    public int Column { get; } = column;

    public string? Field { get; } = field;

    public string? Value { get; } = value;
}
