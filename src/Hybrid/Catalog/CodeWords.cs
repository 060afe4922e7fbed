using System.Text.RegularExpressions;

namespace Hybrid.Catalog;

/// <summary>Words that may be codes, model or part numbers: "48123-B4", "WH-1000XM4", "4006381333931".</summary>
/// <remarks>
/// A word ends at white space and at ideographs, and counts once as a whole and once for each of its parts between commas, slashes and the like; the
/// punctuation around it is no part of it. A code has 3 to 64 characters, a digit among them. Cost: linear in the text.
/// </remarks>
internal static partial class CodeWords
{
    /// <summary>The most codes that count of one text; later ones are no longer looked at.</summary>
    public const int MostOfAText = 32;

    private const int ShortestLength = 3, LongestLength = 64;

    /// <summary>What counts as a code beside other words is not an amount, so it has this many digits when it has no letter.</summary>
    private const int DigitsOfANumber = 5;

    /// <summary>The codes of a title, each in its form and once.</summary>
    public static IReadOnlyCollection<string> Of(string title) => [.. Words(title).Select(word => FormOf(word.Text)).Distinct().Take(MostOfAText)];

    /// <summary>The codes that a query names, as they stand there.</summary>
    /// <remarks>
    /// A query that is one word may be any code. Among other words only what can hardly be anything else is one: letters with two digits in a row, or five
    /// digits, and neither an amount ("500ml", "24-pack", "20x30cm", "10000mAh") nor a round number. "iphone 15" and "calendar 2024" name none.
    /// </remarks>
    public static IReadOnlyCollection<string> NamedBy(string query)
    {
        bool isOneWord = !query.Trim().Any(EndsWord);
        return [.. Words(query).Where(word => (isOneWord && word.IsWhole) || IsDistinct(word.Text)).Select(word => word.Text).Distinct().Take(MostOfAText)];
    }

    /// <summary>The form in which codes are compared: composed, without case, one kind of dash.</summary>
    public static string FormOf(string code)
    {
        string form = ComposedText.Of(code).ToUpperInvariant();
        return form.AsSpan().ContainsAnyInRange('\u2010', '\u2015') || form.Contains('\u2212', StringComparison.Ordinal)
            ? string.Concat(form.Select(c => c is (>= '\u2010' and <= '\u2015') or '\u2212' ? '-' : c))
            : form;
    }

    private static IEnumerable<Word> Words(string text)
    {
        for (int from = 0; from < text.Length;)
        {
            if (EndsWord(text[from]))
            {
                from++;
                continue;
            }
            int end = from;
            bool hasParts = false;
            for (; end < text.Length && !EndsWord(text[end]); end++)
                hasParts |= EndsPart(text[end]);
            if (Trimmed(text, from, end) is { } whole)
                yield return new(whole, IsWhole: true);
            for (int part = from; hasParts && part < end;)
            {
                int partEnd = part;
                while (partEnd < end && !EndsPart(text[partEnd]))
                    partEnd++;
                if (Trimmed(text, part, partEnd) is { } found)
                    yield return new(found, IsWhole: false);
                part = partEnd + 1;
            }
            from = end;
        }
    }

    /// <returns>Null where it is no code.</returns>
    private static string? Trimmed(string text, int from, int end)
    {
        while (from < end && !char.IsLetterOrDigit(text[from]))
            from++;
        while (end > from && !char.IsLetterOrDigit(text[end - 1])
            && char.GetUnicodeCategory(text[end - 1]) != System.Globalization.UnicodeCategory.NonSpacingMark)
            end--;
        return end - from is >= ShortestLength and <= LongestLength && text.AsSpan(from, end - from).ContainsAnyInRange('0', '9') ? text[from..end] : null;
    }

    // From U+2E80 on: scripts without spaces between words, and surrogates, of which a half alone cannot be composed.
    private static bool EndsWord(char c) => c >= 0x2E80 || char.IsWhiteSpace(c);

    private static bool EndsPart(char c) => c is ',' or ';' or ':' or '/' or '\\' or '|' or '(' or ')' or '[' or ']' or '{' or '}' or '+' or '&' or '=' or '"';

    private static bool IsDistinct(string word)
    {
        if (word.Any(EndsPart))
            return word.Split([.. word.Where(EndsPart)]).Any(part => part.Length >= ShortestLength && IsDistinct(part));
        string form = FormOf(word);
        return form.Any(char.IsLetter)
            ? form.Length > ShortestLength && TwoDigits.IsMatch(form) && !Amount.IsMatch(form)
            : form.Count(char.IsAsciiDigit) >= DigitsOfANumber && !form.EndsWith("000", StringComparison.Ordinal);
    }

    [GeneratedRegex("[0-9]{2}")]
    private static partial Regex TwoDigits { get; }

    // Up to four digits and a unit, perhaps several with x between; more digits with a unit of two letters at least: "48123B" is a part number.
    // After a dash more of it, or words: "12V-24V", "18-karat".
    [GeneratedRegex("""^(?:[0-9]{1,4}(?:[.,][0-9]+)?[X×])*(?:[0-9]{1,4}(?:[.,][0-9]+)?\p{L}{0,4}|[0-9]{5,}\p{L}{2,4})(?:-(?:[0-9]{1,4}\p{L}{0,4}|\p{L}+))*$""")]
    private static partial Regex Amount { get; }

    /// <param name="IsWhole">Whether it goes from white space to white space.</param>
    private readonly record struct Word(string Text, bool IsWhole);
}
