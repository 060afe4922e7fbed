using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>A list that holds one, any or all of some values; false where the item lacks it, or where it is no list.</summary>
internal sealed class ContainsNode(FilterField field, ContainsKind kind, ValueSet values) : FilterNode
{
    // 512 bytes of stack.
    private const int MostWords = 64;

    public FilterField Field => @field;

    public ContainsKind Kind => kind;

    public ValueSet Values => values;

    public override bool Matches(Item item)
    {
        int words = kind == ContainsKind.All ? (values.Count + 63) / 64 : 0;
        var seen = new Seen(words <= MostWords ? stackalloc ulong[words] : new ulong[words], values.Count);
        if (field.IsCategory)
        {
            if (item.Category is not { } category)
                return false;
            string composed = ComposedText.Of(category);
            foreach (Range part in composed.AsSpan().Split(FilterField.CategorySeparator))
            {
                if (Ends(values.IndexOf(composed.AsSpan(part).Trim()), ref seen))
                    return true;
            }
        }
        else if (field.Of(item) is { Kind: AttributeKind.List } list)
        {
            foreach (AttributeValue element in list.Elements)
            {
                if (Ends(values.IndexOf(element), ref seen))
                    return true;
            }
        }
        else
        {
            return false;
        }
        return kind == ContainsKind.All && values.Count == 0;
    }

    private bool Ends(int index, ref Seen seen) => index >= 0 && (kind != ContainsKind.All || seen.Add(index));

    public override void Write(StringBuilder text)
    {
        text.Append(kind switch
        {
            ContainsKind.One => "json_contains(",
            ContainsKind.Any => "json_contains_any(",
            _ => "json_contains_all(",
        });
        field.Write(text);
        text.Append(", ");
        values.Write(text, brackets: kind != ContainsKind.One);
        text.Append(')');
    }

    /// <summary>Which of the values have been found.</summary>
    private ref struct Seen(Span<ulong> bits, int missing)
    {
        private readonly Span<ulong> _bits = bits;
        private int _missing = missing;

        /// <returns>Whether none is missing any more.</returns>
        public bool Add(int index)
        {
            ref ulong word = ref _bits[index / 64];
            ulong bit = 1UL << (index % 64);
            if ((word & bit) == 0)
                _missing--;
            word |= bit;
            return _missing == 0;
        }
    }
}

internal enum ContainsKind
{
    One,
    Any,
    All,
}
