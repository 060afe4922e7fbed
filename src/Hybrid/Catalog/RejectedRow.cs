namespace Hybrid.Catalog;

/// <summary>A row that was left out, and why.</summary>
/// <param name="Line">The line of the file where the row begins, from 1.</param>
/// <param name="Column">The character of that line where the field or the fault is, from 1; for a field on a later line of the row, its column there.</param>
/// <param name="Field">The column's name; null when the row as a whole is meant.</param>
/// <param name="Value">The field's value as it stands in the file, shortened; null when there is none to show.</param>
/// <param name="Reason">What is wrong and what would be right.</param>
/// <param name="Raw">The row's first line as it stands in the file, shortened; bytes that are not UTF-8 are U+FFFD.</param>
/// <param name="Item">In a file of items the one that the row is about, where its id could be read.</param>
public sealed record RejectedRow(string File, long Line, int Column, string? Field, string? Value, string Reason, string Raw, ItemId? Item = null)
{
    /// <summary>One line, without anything that a terminal would obey.</summary>
    public override string ToString() => PlainText.Of($"{File}:{Line}:{Column}: {Reason}");
}
