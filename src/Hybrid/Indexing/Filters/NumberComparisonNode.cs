using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>Two numbers of which at least one is calculated from the item; false where one of them is missing.</summary>
internal sealed class NumberComparisonNode(NumberNode left, string comparison, NumberNode right) : FilterNode
{
    public NumberNode Left => left;

    public string Comparison => comparison;

    public NumberNode Right => right;

    public override bool Matches(Item item) =>
        left.Of(item) is { } a && right.Of(item) is { } b && ComparisonNode.Holds(comparison, a.CompareTo(b));

    public override void Write(StringBuilder text)
    {
        left.Write(text);
        text.Append(' ').Append(comparison).Append(' ');
        right.Write(text);
    }
}
