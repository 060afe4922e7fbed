using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>The values of a list in an expression, each with a number of its own: a look-up takes as long among one as among a million.</summary>
/// <remarks>Numbers are equal by what they are, texts with their letters composed; a number is no text.</remarks>
internal sealed class ValueSet
{
    private readonly AttributeValue[] _values;
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<double, int> _numbers = [];
    private readonly int _true = -1, _false = -1;

    public ValueSet(IEnumerable<AttributeValue> values)
    {
        _values = [.. values];
        foreach (AttributeValue value in _values)
        {
            bool isNew = value.Kind switch
            {
                AttributeKind.Text => _texts.TryAdd(ComposedText.Of(value.Text), Count),
                AttributeKind.Number => _numbers.TryAdd(value.Number, Count),
                _ => (value.IsTrue ? _true : _false) < 0,
            };
            if (!isNew)
                continue;
            if (value.Kind == AttributeKind.Boolean)
                _ = value.IsTrue ? _true = Count : _false = Count;
            Count++;
        }
    }

    /// <summary>How many different ones.</summary>
    public int Count { get; }

    /// <summary>As they came.</summary>
    public IReadOnlyList<AttributeValue> Values => _values;

    public bool HasTexts => _texts.Count > 0;

    /// <summary>The value's number, from 0; −1 where it is none of them. A list is none.</summary>
    public int IndexOf(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Text => _texts.GetValueOrDefault(ComposedText.Of(value.Text), -1),
        AttributeKind.Number => _numbers.GetValueOrDefault(value.Number, -1),
        AttributeKind.Boolean => value.IsTrue ? _true : _false,
        _ => -1,
    };

    /// <summary>The text's number, from 0; −1 where it is none of them.</summary>
    /// <param name="text">Composed.</param>
    public int IndexOf(ReadOnlySpan<char> text) => _texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out int index) ? index : -1;

    /// <summary>As they came, ["a", 1].</summary>
    public void Write(StringBuilder text, bool brackets = true)
    {
        text.Append(brackets ? "[" : "");
        for (int i = 0; i < _values.Length; i++)
        {
            if (i > 0)
                text.Append(", ");
            FilterText.Write(text, _values[i]);
        }
        text.Append(brackets ? "]" : "");
    }
}
