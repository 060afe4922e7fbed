using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A value whose text fits a pattern.</summary>
internal sealed class LikeNode(FilterField field, LikePattern pattern) : FilterNode
{
    public FilterField Field => @field;

    public LikePattern Pattern => pattern;

    public override bool Matches(Item item) => field.Of(item) is { } actual && pattern.Matches(ComposedText.Of(actual.ToString()));

    public override void Write(StringBuilder text)
    {
        field.Write(text);
        text.Append(" like ");
        FilterText.Quote(text, pattern.Text);
    }
}
