using System.Text;

namespace Hybrid.Catalog;

/// <summary>Text from files and callers, made fit for one line of a message or a table.</summary>
internal static class PlainText
{
    /// <summary>The text with a space for each tab and line break, and U+FFFD for what else a terminal would obey instead of showing it.</summary>
    /// <remarks>That is control characters (no escape sequence survives), marks that turn the direction of what follows, halves of surrogate pairs.</remarks>
    /// <param name="most">The most characters, at least 1; a longer text is cut and ends in "…".</param>
    public static string Of(string text, int most = int.MaxValue)
    {
        var plain = new StringBuilder();
        foreach (Rune rune in Shorten(text, most).EnumerateRunes())   // U+FFFD for half a pair
        {
            plain.Append(rune.Value switch
            {
                '\t' or '\n' or '\r' or '\u0085' or '\u2028' or '\u2029' => new Rune(' '),
                (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') => Rune.ReplacementChar,
                _ => Rune.IsControl(rune) ? Rune.ReplacementChar : rune,
            });
        }
        return plain.ToString();
    }

    /// <summary><see cref="Of"/> a name or value that a message quotes: it may be any text, also a whole file.</summary>
    public static string Brief(string text) => Of(text, most: 60);

    /// <summary>The text as it is, or its beginning and "…".</summary>
    /// <param name="most">The most characters, at least 1; a pair of surrogates is not cut in two.</param>
    public static string Shorten(string text, int most)
    {
        if (text.Length <= most)
            return text;
        return $"{text.AsSpan(0, char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)}…";
    }
}
