using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

internal sealed class NotNode(FilterNode operand) : FilterNode
{
    public FilterNode Operand => operand;

    public override bool Matches(Item item) => !operand.Matches(item);

    // Parentheses always: in Milvus, not binds before ==.
    public override void Write(StringBuilder text)
    {
        text.Append("not (");
        operand.Write(text);
        text.Append(')');
    }
}
