namespace Hybrid.Catalog.Files;

/// <summary>One field of a row.</summary>
/// <param name="Name">Of a member of an object within the row with the names it is in, "details.Brand".</param>
/// <param name="Column">Where it begins, from 1.</param>
/// <param name="Value">As text; null where JSON has null. NaN and Infinity, which are no JSON and are written all the same, are numbers as they stand.</param>
/// <param name="Kind">What JSON says it is; null in CSV, where the value itself has to tell.</param>
/// <param name="Elements">Of a list, whose texts <paramref name="Value"/> joins, "a|b"; null where it is none.</param>
/// <param name="IsAttribute">Whether it stands in the object "attributes": then it is one, whatever its name.</param>
internal readonly record struct DataField(
    string Name, int Column, string? Value, AttributeKind? Kind = null, IReadOnlyList<AttributeValue>? Elements = null, bool IsAttribute = false)
{
    public bool IsList => Elements is not null;

    /// <summary>A field that holds a list of scalars.</summary>
    public static DataField List(string name, int column, IReadOnlyList<AttributeValue> elements, bool isAttribute = false) =>
        new(name, column, string.Join('|', elements.Select(element => element.AsWritten)), AttributeKind.List, elements, isAttribute);
}
