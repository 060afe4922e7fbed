using System.Globalization;
using System.Text;

namespace Hybrid.Indexing.Filters;

/// <summary>Cuts an expression into tokens.</summary>
internal static class FilterLexer
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "[", "]", ",", "-", "+"];

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
                while (i < expression.Length && (char.IsAsciiLetterOrDigit(expression[i]) || expression[i] == '.' || expression[i] is '-' or '+' && expression[i - 1] is 'e' or 'E' && char.IsAsciiDigit(c)))
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
                string hint = c == '=' ? " Equality is written ==." : c is '“' or '”' or '‘' or '’' ? " Quotes are \" or '." : "";
                throw new FilterException(expression, start + 1, $"'{c}' does not belong here.{hint}");
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
                case 'u' when i + 4 < expression.Length && ushort.TryParse(expression.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                    text.Append((char)code);
                    i += 4;
                    break;
                // For like: \% and \_ keep their backslash and are read by the pattern.
                case '%' or '_': text.Append('\\').Append(expression[i]); break;
                default: throw new FilterException(expression, i, $"'\\{expression[i]}' is no escape; a backslash itself is written \\\\.");
            }
        }
        if (i >= expression.Length)
            throw new FilterException(expression, start + 1, $"the text that begins here has no closing {quote}.");
        i++;
        return text.ToString();
    }
}
