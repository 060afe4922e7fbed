using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>An attribute that the item has, whatever it holds.</summary>
internal sealed class ExistsNode(FilterField field) : FilterNode
{
    public override bool Matches(Item item) => field.Of(item) is not null;

    public override string ToString() => $"(exists {field})";
}
