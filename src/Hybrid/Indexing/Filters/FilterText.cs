using System.Globalization;
using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Indexing.Filters;

/// <summary>How values are written in an expression, and an expression in a message.</summary>
internal static class FilterText
{
    public static void Write(StringBuilder expression, AttributeValue value)
    {
        switch (value.Kind)
        {
            case AttributeKind.Text: Quote(expression, value.Text); break;
            case AttributeKind.Number: expression.Append(CultureInfo.InvariantCulture, $"{value.Number:R}"); break;
            default: expression.Append(value.IsTrue ? "true" : "false"); break;
        }
    }

    public static void Quote(StringBuilder expression, string text)
    {
        expression.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => expression.Append('\\').Append(c),
                '\n' => expression.Append("\\n"),
                '\r' => expression.Append("\\r"),
                '\t' => expression.Append("\\t"),
                _ when char.IsControl(c) => expression.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => expression.Append(c),
            };
        }
        expression.Append('"');
    }

    /// <summary>The columns of a terminal that a character takes, as far as they can be told: 0, 1 or 2.</summary>
    public static int Width(Rune character) => character.Value switch
    {
        // Unicode's East_Asian_Width W and F, in the blocks where they are the rule.
        >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0xA4CF or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF
            or >= 0xFE30 and <= 0xFE6F or >= 0xFF01 and <= 0xFF60 or >= 0xFFE0 and <= 0xFFE6 or >= 0x1F300 and <= 0x1FAFF or >= 0x20000 and <= 0x3FFFD => 2,
        _ => Rune.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0 : 1,
    };
}
