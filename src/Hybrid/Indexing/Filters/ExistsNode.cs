using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>An attribute that the item has, whatever it holds.</summary>
internal sealed class ExistsNode(FilterField field) : FilterNode
{
    public FilterField Field => @field;

    public override bool Matches(Item item) => field.Of(item) is not null;

    // Parentheses: in some versions of Milvus, exists takes all that follows.
    public override void Write(StringBuilder text)
    {
        text.Append("(exists ");
        field.Write(text);
        text.Append(')');
    }
}
