using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A field beside a value; false where the item lacks it or holds another kind.</summary>
internal sealed class ComparisonNode(FilterField field, string comparison, AttributeValue value) : FilterNode
{
    public override bool Matches(Item item)
    {
        if (field.Of(item) is not { } actual || actual.Kind != value.Kind)
            return false;
        int order = actual.Kind switch
        {
            AttributeKind.Number => actual.Number.CompareTo(value.Number),
            AttributeKind.Boolean => actual.IsTrue.CompareTo(value.IsTrue),
            _ => string.CompareOrdinal(actual.Text, value.Text),
        };
        return comparison switch
        {
            "==" => order == 0,
            "!=" => order != 0,
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    public override string ToString() => $"{field} {comparison} {FilterText.Write(value)}";
}
