using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A field that is one of some values.</summary>
internal sealed class MembershipNode(FilterField field, IReadOnlyList<AttributeValue> values) : FilterNode
{
    private readonly HashSet<AttributeValue> _values = [.. values];

    public override bool Matches(Item item) => field.Of(item) is { } actual && _values.Contains(actual);

    public override string ToString() => $"{field} in [{string.Join(", ", values.Select(FilterText.Write))}]";
}
