using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A field beside a value; false where the item lacks it, or where it cannot be compared with the value.</summary>
internal sealed class ComparisonNode(FilterField field, string comparison, AttributeValue value) : FilterNode
{
    private readonly string? _text = value.Kind == AttributeKind.Text ? ComposedText.Of(value.Text) : null;

    public FilterField Field => @field;

    public string Comparison => comparison;

    public AttributeValue Value => value;

    public override bool Matches(Item item)
    {
        if (field.Of(item) is not { } actual)
            return false;
        int order;
        if (_text is not null)
            order = Utf8Order.Compare(ComposedText.Of(actual.ToString()), _text);
        else if (value.Kind != actual.Kind)
            return false;
        else
            order = value.Kind == AttributeKind.Number ? actual.Number.CompareTo(value.Number) : actual.IsTrue.CompareTo(value.IsTrue);
        return Holds(comparison, order);
    }

    /// <param name="order">Of what is before the comparison beside what is behind it: negative, 0 or positive.</param>
    public static bool Holds(string comparison, int order) => comparison switch
    {
        "==" => order == 0,
        "!=" => order != 0,
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    public override void Write(StringBuilder text)
    {
        field.Write(text);
        text.Append(' ').Append(comparison).Append(' ');
        FilterText.Write(text, value);
    }
}
