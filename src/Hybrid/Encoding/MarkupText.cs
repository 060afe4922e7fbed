using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using AngleSharp.Html;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace Hybrid.Encoding;

/// <summary>What a text says without its HTML: tags, comments, scripts and styles go, entities become their characters, once.</summary>
/// <remarks>
/// <para>Only what is plainly markup counts: a tag of an element that HTML has, and a reference that ends with a semicolon. So "5 &lt; 6 and a &gt; b",
/// "List&lt;int&gt;", "AT&amp;T" and Markdown stay as they are. Every tag parts words, but for those that stand within a word or a line, such as b and
/// sub.</para>
/// <para>Cost: linear in the text, whatever it is, and next to nothing without a tag or an entity. No tree is made, so depth does not matter.</para>
/// </remarks>
internal static class MarkupText
{
    private static readonly FrozenSet<string> Inline = Names("""
        a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark nobr q rp rt ruby s samp small span strike strong sub sup tt u wbr
        """);

    // Without object, var, data, map, param and time: they stand in angle brackets in texts about programming more often than in descriptions.
    private static readonly FrozenSet<string> Elements = Names("""
        address area article aside audio base blockquote body br button canvas caption center col colgroup dd details dialog dir div dl dt embed fieldset
        figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input label legend li link main menu meta nav
        noscript ol optgroup option p picture pre script section select source style summary svg table tbody td template textarea tfoot th thead title tr
        track ul video
        """, Inline);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> KnownElements = Elements.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly SearchValues<char> AttributeLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_:@.");

    /// <returns>The same string where there is nothing to remove.</returns>
    public static string Plain(string text)
    {
        text = WithoutDataMarks(text);
        if (!text.AsSpan().ContainsAny('<', '&') || Escaped(text) is not { } markup)
            return text;
        using var source = new TextSource(markup);
        var tokenizer = new HtmlTokenizer(source, HtmlEntityProvider.Resolver)
        {
            ShouldEmitAttribute = static (ref _, _) => false,   // a thousand attributes would be compared with one another
        };
        var plain = new StringBuilder(text.Length);
        HashSet<string> endless = new(StringComparer.OrdinalIgnoreCase);   // elements that no end tag follows any more
        bool isDropped = false;
        for (HtmlToken token = tokenizer.Get(); token.Type != HtmlTokenType.EndOfFile; token = tokenizer.Get())
        {
            if (token.Type == HtmlTokenType.Character && !isDropped)
                plain.Append(token.Data);
            if (token.Type is not (HtmlTokenType.StartTag or HtmlTokenType.EndTag))
                continue;
            if (!Inline.Contains(token.Name) && plain.Length > 0 && !char.IsWhiteSpace(plain[^1]))
                plain.Append(' ');
            isDropped = token.Type == HtmlTokenType.StartTag && token.Name is "script" or "style" && IsEnded(token.Name);
            if (isDropped)
                tokenizer.State = HtmlParseMode.Rawtext;
        }
        return plain.ToString();

        // A title may name the tag, "Mastering <script>": without its end the rest is text.
        bool IsEnded(string element)
        {
            if (endless.Contains(element))
                return false;
            bool isEnded = markup.IndexOf($"</{element}", source.Index, StringComparison.OrdinalIgnoreCase) >= 0;
            if (!isEnded)
                endless.Add(element);
            return isEnded;
        }
    }

    // A feed wraps HTML in them, so what is between is read as the rest is.
    private static string WithoutDataMarks(string text) => text.Contains("<![CDATA[", StringComparison.Ordinal)
        ? text.Replace("<![CDATA[", "", StringComparison.Ordinal).Replace("]]>", "", StringComparison.Ordinal)
        : text;

    /// <summary>The text with everything escaped that only looks like markup; null where nothing is markup.</summary>
    private static string? Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        bool hasMarkup = false;
        int lastEnd = text.LastIndexOf('>'), lastComment = text.LastIndexOf("-->", StringComparison.Ordinal);
        for (int from = 0; from < text.Length;)
        {
            int next = text.AsSpan(from).IndexOfAny('<', '&');
            if (next < 0)
            {
                escaped.Append(text, from, text.Length - from);
                break;
            }
            int at = from + next;
            escaped.Append(text, from, next);
            ReadOnlySpan<char> rest = text.AsSpan(at + 1);
            bool isMarkup = text[at] == '&' ? IsReference(rest)
                : rest.StartsWith("!--", StringComparison.Ordinal) ? lastComment > at + 1
                : rest.StartsWith("!doctype", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("?xml", StringComparison.OrdinalIgnoreCase) ? lastEnd > at
                : rest.StartsWith('/') ? IsEndTag(rest[1..])
                : IsStartTag(rest, hasEnd: lastEnd > at);
            hasMarkup |= isMarkup;
            escaped.Append(isMarkup ? text[at].ToString() : text[at] == '&' ? "&amp;" : "&lt;");
            from = at + 1;
        }
        return hasMarkup ? escaped.ToString() : null;
    }

    /// <param name="rest">What follows the ampersand.</param>
    private static bool IsReference(ReadOnlySpan<char> rest)
    {
        const int longest = 32;   // CounterClockwiseContourIntegral
        int end = rest[..Math.Min(rest.Length, longest + 1)].IndexOf(';');
        if (end < 1)
            return false;
        ReadOnlySpan<char> name = rest[..end];
        if (name[0] != '#')
            return HtmlEntityProvider.Resolver.GetSymbol($"{name};") is not null;
        bool isHex = name.Length > 1 && name[1] is 'x' or 'X';
        ReadOnlySpan<char> digits = name[(isHex ? 2 : 1)..];
        foreach (char digit in digits)
        {
            if (isHex ? !char.IsAsciiHexDigit(digit) : !char.IsAsciiDigit(digit))
                return false;
        }
        return digits.Length is >= 1 and <= 7;
    }

    /// <param name="rest">What follows "&lt;/".</param>
    private static bool IsEndTag(ReadOnlySpan<char> rest) =>
        NameOf(rest) is { Length: > 0 } name && rest[name.Length..].TrimStart() is [] or ['>', ..];

    /// <param name="rest">What follows the angle bracket.</param>
    /// <param name="hasEnd">Whether one that closes comes anywhere later.</param>
    private static bool IsStartTag(ReadOnlySpan<char> rest, bool hasEnd)
    {
        ReadOnlySpan<char> name = NameOf(rest);
        if (name.Length == 0)
            return false;
        ReadOnlySpan<char> after = rest[name.Length..].TrimStart();
        // "a <b" is a comparison, "<br" at the end a tag that was cut off.
        bool isDistinct = name.Length > 1;
        if (after.Length == 0)
            return isDistinct;
        if (after[0] == '>')
            return true;
        if (after[0] == '/')
            return after[1..].TrimStart() is ['>', ..];
        int attribute = after.IndexOfAnyExcept(AttributeLetters);
        bool hasValue = attribute > 0 && after[attribute..].TrimStart() is ['=', ..];
        return hasValue || (isDistinct && hasEnd);
    }

    /// <summary>The element's name that a tag begins with, of HTML or with a prefix ("o:p" of word processors); empty where it is none.</summary>
    private static ReadOnlySpan<char> NameOf(ReadOnlySpan<char> tag)
    {
        const int longest = 32;
        int length = 0;
        while (length < tag.Length && length <= longest && (char.IsAsciiLetterOrDigit(tag[length]) || tag[length] == ':'))
            length++;
        ReadOnlySpan<char> name = tag[..length];
        bool isWhole = length == tag.Length || char.IsWhiteSpace(tag[length]) || tag[length] is '>' or '/';
        bool isName = length > 0 && char.IsAsciiLetter(name[0]) && (KnownElements.Contains(name) || (length > 2 && name[1..^1].Contains(':')));
        return isWhole && isName ? name : [];
    }

    private static FrozenSet<string> Names(string names, params IEnumerable<string> more) =>
        names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Concat(more).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
