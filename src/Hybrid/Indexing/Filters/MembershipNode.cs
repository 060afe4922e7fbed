using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A field that is one of some values, or, negated, that is none of them or missing.</summary>
internal sealed class MembershipNode : FilterNode
{
    private readonly FilterField _field;
    private readonly bool _negated;
    private readonly AttributeValue[] _values;
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<double> _numbers = [];
    private readonly bool _true, _false;

    public MembershipNode(FilterField field, bool negated, IEnumerable<AttributeValue> values)
    {
        _field = field;
        _negated = negated;
        _values = [.. values];
        foreach (AttributeValue value in _values)
        {
            if (value.Kind == AttributeKind.Text)
                _texts.Add(value.Text);
            else if (value.Kind == AttributeKind.Number)
                _numbers.Add(value.Number);
            else if (value.IsTrue)
                _true = true;
            else
                _false = true;
        }
    }

    public override bool Matches(Item item) => (_field.Of(item) is { } actual && Has(actual)) != _negated;

    private bool Has(AttributeValue actual) =>
        _texts.Count > 0 && _texts.Contains(actual.ToString()) || actual.Kind switch
        {
            AttributeKind.Number => _numbers.Contains(actual.Number),
            AttributeKind.Boolean => actual.IsTrue ? _true : _false,
            _ => false,
        };

    public override void Write(StringBuilder text)
    {
        _field.Write(text);
        text.Append(_negated ? " not in [" : " in [");
        for (int i = 0; i < _values.Length; i++)
        {
            if (i > 0)
                text.Append(", ");
            FilterText.Write(text, _values[i]);
        }
        text.Append(']');
    }
}
