using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>Every item but these.</summary>
internal sealed class NotInIdsNode(IReadOnlySet<ItemId> items) : FilterNode
{
    public IReadOnlySet<ItemId> Items => items;

    public override bool Matches(Item item) => !items.Contains(item.Id);

    public override void Write(StringBuilder text)
    {
        FilterField.Id.Write(text);
        text.Append(" not in ");
        new ValueSet(items.Select(item => (AttributeValue)item.Value)).Write(text);
    }
}
