namespace Hybrid.Catalog.Files;

/// <summary>One field of a row.</summary>
/// <param name="Column">Where it begins, from 1.</param>
/// <param name="Value">As text; null where JSON has null.</param>
/// <param name="Kind">What JSON says it is; null in CSV, where the value itself has to tell.</param>
/// <param name="Elements">Of a JSON list, whose texts <paramref name="Value"/> joins, "a|b"; null where it is none.</param>
/// <param name="IsAttribute">Whether it stands in the object "attributes": then it is one, whatever its name.</param>
internal readonly record struct DataField(
    string Name, int Column, string? Value, AttributeKind? Kind = null, IReadOnlyList<AttributeValue>? Elements = null, bool IsAttribute = false)
{
    public bool IsList => Elements is not null;
}
