using System.Globalization;
using System.Text;

namespace Hybrid.Indexing.Filters;

/// <summary>Cuts an expression into tokens.</summary>
internal static class FilterLexer
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "[", "]", ",", "-", "+", "*", "/", "%"];

    public static List<FilterToken> Read(string expression)
    {
        var tokens = new List<FilterToken>();
        for (int i = 0; i < expression.Length;)
        {
            char c = expression[i];
            int start = i;
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c is '"' or '\'')
            {
                tokens.Add(new FilterToken(FilterTokenKind.Text, ReadText(expression, ref i), start + 1));
            }
            else if (char.IsAsciiLetter(c) || c == '_')
            {
                while (i < expression.Length && (char.IsAsciiLetterOrDigit(expression[i]) || expression[i] == '_'))
                    i++;
                tokens.Add(new FilterToken(FilterTokenKind.Word, expression[start..i], start + 1));
            }
            else if (char.IsAsciiDigit(c) || c == '.')
            {
                // 1e5 and 1e-5, and what only begins like a number, 3x: the parser refuses that as a whole.
                while (i < expression.Length
                    && (char.IsAsciiLetterOrDigit(expression[i]) || expression[i] == '.' || expression[i] is '-' or '+' && expression[i - 1] is 'e' or 'E'))
                    i++;
                tokens.Add(new FilterToken(FilterTokenKind.Number, expression[start..i], start + 1));
            }
            else if (Symbols.FirstOrDefault(s => string.CompareOrdinal(expression, start, s, 0, s.Length) == 0) is { } symbol)
            {
                i += symbol.Length;
                tokens.Add(new FilterToken(FilterTokenKind.Symbol, symbol, start + 1));
            }
            else
            {
                string hint = c switch
                {
                    '=' => " Equality is written ==.",
                    '“' or '”' or '‘' or '’' => " Quotes are \" or '.",
                    _ => "",
                };
                throw new FilterException(expression, start + 1, $"'{CharacterAt(expression, start)}' does not belong here.{hint}");
            }
        }
        tokens.Add(new FilterToken(FilterTokenKind.End, "", expression.Length + 1));
        return tokens;
    }

    private static string ReadText(string expression, ref int i)
    {
        int start = i;
        char quote = expression[i++];
        var text = new StringBuilder();
        for (; i < expression.Length && expression[i] != quote; i++)
        {
            if (expression[i] != '\\')
            {
                text.Append(expression[i]);
                continue;
            }
            if (++i == expression.Length)
                break;
            switch (expression[i])
            {
                case 'n': text.Append('\n'); break;
                case 'r': text.Append('\r'); break;
                case 't': text.Append('\t'); break;
                case '"' or '\'' or '\\': text.Append(expression[i]); break;
                case 'u' when i + 4 < expression.Length && IsHex(expression.AsSpan(i + 1, 4), out char code):
                    text.Append(code);
                    i += 4;
                    break;
                // For like: \% and \_ keep their backslash and are read by the pattern.
                case '%' or '_': text.Append('\\').Append(expression[i]); break;
                default: throw new FilterException(expression, i, $"'\\{CharacterAt(expression, i)}' is no escape; a backslash itself is written \\\\.");
            }
        }
        if (i >= expression.Length)
            throw new FilterException(expression, start + 1, $"the text that begins here has no closing {quote}.");
        i++;
        string whole = text.ToString();
        // No item's text can hold it, and nor can a query to Milvus.
        return HoldsHalfAPair(whole)
            ? throw new FilterException(expression, start + 1, "the text that begins here holds half of a surrogate pair, which is no character.")
            : whole;
    }

    private static bool IsHex(ReadOnlySpan<char> digits, out char code)
    {
        bool isHex = ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort number);
        code = (char)number;
        return isHex;
    }

    private static bool HoldsHalfAPair(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return true;
            i++;
        }
        return false;
    }

    private static string CharacterAt(string expression, int i) =>
        expression.Substring(i, i + 1 < expression.Length && char.IsSurrogatePair(expression, i) ? 2 : 1);
}
