using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A field that is one of some values, or, negated, that is none of them or missing.</summary>
internal sealed class MembershipNode(FilterField field, bool negated, IEnumerable<AttributeValue> values) : FilterNode
{
    private readonly ValueSet _values = new(values);

    public FilterField Field => @field;

    public bool IsNegated => negated;

    public IReadOnlyList<AttributeValue> Values => _values.Values;

    public override bool Matches(Item item) => (field.Of(item) is { } actual && Has(actual)) != negated;

    private bool Has(AttributeValue actual) =>
        _values.HasTexts && _values.IndexOf(ComposedText.Of(actual.ToString())) >= 0
        || actual.Kind != AttributeKind.Text && _values.IndexOf(actual) >= 0;

    public override void Write(StringBuilder text)
    {
        field.Write(text);
        text.Append(negated ? " not in " : " in ");
        _values.Write(text);
    }
}
