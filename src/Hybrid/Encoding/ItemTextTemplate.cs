using System.Buffers;
using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Encoding;

/// <summary>Which parts of an item become the text that is encoded, and in which order: part of the identity of its vector space.</summary>
/// <remarks>
/// <para>Parts are {title}, {text}, {category} and {brand}. Category separators become spaces: "audio/headphones" is the words "audio headphones".</para>
/// <para>Said once: a part that stands, as whole words and whatever its case, in a part before it is left out, and so is a category or a brand that the
/// first words of the text say. A title that begins the text is left out
/// where the text comes right after it, and is cut from the text where another part stands between. What is between two parts is written only between two
/// that are there, and a bracket or a label
/// ("Brand: ") only with its part, so that an empty part leaves nothing behind. A full stop is not set after another.</para>
/// <para>HTML is removed from every part: of a description full of tags only the words are encoded.</para>
/// <para>Threads: instances do not change and may be shared.</para>
/// </remarks>
public sealed class ItemTextTemplate
{
    /// <summary>Characters of a text that the model sees in any case, behind a title of usual length.</summary>
    private const int BeginningLength = 160;

    private const string PartNames = "{title}, {text}, {category} or {brand}";

    private static readonly SearchValues<char> CategorySeparators = SearchValues.Create("|/\\>,;:_");
    private static readonly SearchValues<char> OpeningBrackets = SearchValues.Create("([<\"“‘«");
    private static readonly SearchValues<char> ClosingBrackets = SearchValues.Create(")]>\"”’»");
    private const string Joints = " \t\r\n.,:;|-–—";   // between a title and the rest of its text
    private static readonly SearchValues<char> SentenceEnds = SearchValues.Create(".!?…。！？");

    // After the tables above, which its making reads.
    /// <summary>Title, category and brand before the text: a model reads only so far, and a long description must not push them out.</summary>
    public static ItemTextTemplate Default { get; } = new("{title}. {category} {brand} {text}");

    /// <summary>Raised by whatever gives some item another text from the same template: part of the identity of a space, as the template is.</summary>
    /// <remarks>2: markup is removed, and what the text that comes later says is left out only where its beginning says it.</remarks>
    internal const int Version = 2;

    private readonly string _template;
    private readonly Part[] _parts;
    private readonly string _tail;

    /// <exception cref="ArgumentException">The template has no part, an unknown part, or a brace without its other.</exception>
    public ItemTextTemplate(string template)
    {
        ArgumentNullException.ThrowIfNull(template);
        _template = template;
        List<Part> parts = [];
        string separator = "", before = "", rest = template;
        while (rest.AsSpan().IndexOfAny('{', '}') is >= 0 and int open)
        {
            int close = rest.IndexOf('}', StringComparison.Ordinal);
            if (rest[open] != '{' || close < 0)
                throw Refused($"has a brace without its other. Write parts as {PartNames}.");
            string literal = rest[..open];
            if (parts.Count == 0)
                before = literal;
            else
                (parts[^1], separator, before) = Divide(parts[^1], literal);
            parts.Add(new Part(FieldOf(rest[(open + 1)..close]), separator, before, After: ""));
            rest = rest[(close + 1)..];
        }
        if (parts.Count == 0)
            throw Refused($"names no part of an item. Use {PartNames}.");
        int closing = ClosingLength(rest);
        parts[^1] = parts[^1] with { After = rest[..closing] };
        _tail = rest[closing..];
        _parts = [.. parts];

        Field FieldOf(string name) => name switch
        {
            "title" => Field.Title,
            "text" => Field.Text,
            "category" => Field.Category,
            "brand" => Field.Brand,
            _ => throw Refused($"has '{{{name}}}', which is not a part of an item. Use {PartNames}."),
        };

        ArgumentException Refused(string what) => new($"The item text template \"{template}\" {what}", nameof(template));
    }

    private enum Field
    {
        Title,
        Text,
        Category,
        Brand,
    }

    /// <summary>The text of an item; empty when it has none of the parts. Cost: linear in the item's length.</summary>
    public string TextOf(Item item)
    {
        ArgumentNullException.ThrowIfNull(item);
        string[] values = [.. _parts.Select(part => ValueOf(item, part.Field))];
        LeaveToText(values);
        List<string> written = [];
        string? title = null;    // once it is written
        StringBuilder text = new();
        string pending = "";   // the separator that the next part needs
        for (int i = 0; i < _parts.Length; i++)
        {
            Part part = _parts[i];
            string value = values[i];
            if (part.Field == Field.Title && NextOf(i) is { } next && _parts[next].Field == Field.Text && Begins(values[next], value))
                continue;
            if (part.Field == Field.Text && title is not null && Begins(value, title))
                value = value.AsSpan(title.Length).TrimStart(Joints).ToString();
            if (value.Length == 0 || written.Exists(w => Contains(w, value)))
                continue;
            if (written.Count > 0)
                AppendAfterSentence(text, pending);
            written.Add(value);
            title = part.Field == Field.Title ? value : title;
            text.Append(part.Before).Append(value).Append(part.After);
            pending = i + 1 < _parts.Length ? _parts[i + 1].Separator : "";
        }
        if (written.Count > 0)
            AppendAfterSentence(text, _tail);
        return text.ToString();

        int? NextOf(int part) => Array.FindIndex(values, part + 1, value => value.Length > 0) is >= 0 and int next ? next : null;
    }

    /// <summary>The template, as it was given.</summary>
    public override string ToString() => _template;

    /// <summary>
    /// Divides what stands between two parts: closing brackets go with the left one, then comes the separator; from a word or an opening bracket on, all goes
    /// with the right one.
    /// </summary>
    private static (Part Left, string Separator, string Before) Divide(Part left, string literal)
    {
        int closing = ClosingLength(literal);
        int start = closing;
        while (start < literal.Length && !char.IsLetterOrDigit(literal[start]) && !OpeningBrackets.Contains(literal[start]))
            start++;
        return (left with { After = literal[..closing] }, literal[closing..start], literal[start..]);
    }

    /// <summary>Empties category and brand where the text that comes later says them, near enough to its beginning that nothing pushes them out.</summary>
    private void LeaveToText(string[] values)
    {
        int text = Array.FindIndex(_parts, part => part.Field == Field.Text);
        if (text < 0)
            return;
        string beginning = values[text];
        if (beginning.Length > BeginningLength)
            beginning = beginning[..Math.Max(0, beginning.AsSpan(0, BeginningLength).LastIndexOf(' '))];
        beginning = Words(beginning);
        for (int i = 0; i < text; i++)
        {
            if (_parts[i].Field is Field.Category or Field.Brand && Words(values[i]) is { Length: > 0 } words && Contains(beginning, words))
                values[i] = "";
        }
    }

    private static string ValueOf(Item item, Field field) => field switch
    {
        Field.Title => MarkupText.Plain(item.Title).Trim(),
        Field.Text => MarkupText.Plain(item.Text).Trim(),
        Field.Category => Words(MarkupText.Plain(item.Category ?? "")),
        _ => MarkupText.Plain(item.Brand ?? "").Trim(),
    };

    private static int ClosingLength(string literal)
    {
        int other = literal.AsSpan().IndexOfAnyExcept(ClosingBrackets);
        return other < 0 ? literal.Length : other;
    }

    private static void AppendAfterSentence(StringBuilder text, string separator)
    {
        bool ended = text.Length > 0 && SentenceEnds.Contains(text[^1]);
        text.Append(ended && separator.StartsWith('.') ? separator[1..] : separator);
    }

    private static string Words(string category)
    {
        string[] words = string.Create(category.Length, category, (span, c) => c.AsSpan().ReplaceAny(span, CategorySeparators, ' '))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words);
    }

    private static bool Begins(string text, string title) =>
        title.Length > 0 && text.StartsWith(title, StringComparison.OrdinalIgnoreCase) && EndsWord(text, title.Length);

    /// <summary>Whether the part stands in the whole between ends of words, whatever its case.</summary>
    /// <remarks>
    /// Knuth, Morris, Pratt: Fast pattern matching in strings, 1977: linear in both, whatever they are, where IndexOf is quadratic for "aaa…" in "aaa…". Upper
    /// case of the invariant culture, compared by code units, is what OrdinalIgnoreCase means, but for a part that begins or ends within a surrogate pair.
    /// </remarks>
    private static bool Contains(string whole, string part)
    {
        if (part.Length > whole.Length)
            return false;
        (string text, string sought) = (whole.ToUpperInvariant(), part.ToUpperInvariant());
        // [i]: how many first characters of the part are also the last of its first i + 1, and fewer than those.
        int[] borders = new int[sought.Length];
        for (int i = 1; i < sought.Length; i++)
            borders[i] = Longer(borders[i - 1], sought[i]);
        int matched = 0;
        for (int i = 0; i < text.Length; i++)
        {
            matched = Longer(matched, text[i]);
            if (matched < sought.Length)
                continue;
            if (EndsWord(whole, i + 1 - part.Length) && EndsWord(whole, i + 1))
                return true;
            matched = borders[matched - 1];
        }
        return false;

        // The longest beginning of the part that ends with c, after one of this length.
        int Longer(int length, char c)
        {
            while (length > 0 && sought[length] != c)
                length = borders[length - 1];
            return sought[length] == c ? length + 1 : 0;
        }
    }

    /// <summary>Whether a word may end before text[at]; scripts without spaces between words (from U+2E80 on) may anywhere.</summary>
    private static bool EndsWord(string text, int at) =>
        at == 0 || at == text.Length || !IsInWord(text[at - 1]) || !IsInWord(text[at]);

    private static bool IsInWord(char c) => c < 0x2E80 && char.IsLetterOrDigit(c);

    /// <param name="Separator">Written before it when another part is.</param>
    /// <param name="Before">Written with it, such as "(" or "Brand: ".</param>
    /// <param name="After">Written with it, such as ")".</param>
    private sealed record Part(Field Field, string Separator, string Before, string After);
}
