using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A value that the item lacks, or, negated, that it has.</summary>
internal sealed class NullNode(FilterField field, bool negated) : FilterNode
{
    public FilterField Field => @field;

    public bool IsNegated => negated;

    public override bool Matches(Item item) => field.Of(item) is null != negated;

    public override void Write(StringBuilder text)
    {
        field.Write(text);
        text.Append(negated ? " is not null" : " is null");
    }
}
