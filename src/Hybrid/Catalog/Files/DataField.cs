namespace Hybrid.Catalog.Files;

/// <summary>One field of a row.</summary>
/// <param name="Name">Of a member of an object within the row with the names it is in, "details.Brand".</param>
/// <param name="Column">Where it begins, from 1.</param>
/// <param name="Value">As text; null where JSON has null. NaN and Infinity, which are no JSON and are written all the same, are numbers as they stand.</param>
/// <param name="Kind">What JSON says it is; null in CSV, where the value itself has to tell.</param>
/// <param name="IsList">Whether it is a list, whose texts <paramref name="Value"/> joins.</param>
/// <param name="IsAttribute">Whether it stands in the object "attributes": then it is one, whatever its name.</param>
/// <param name="Elements">The list's values; null when it is none.</param>
internal readonly record struct DataField(
    string Name, int Column, string? Value, AttributeKind? Kind = null, bool IsList = false, bool IsAttribute = false,
    IReadOnlyList<DataElement>? Elements = null);
