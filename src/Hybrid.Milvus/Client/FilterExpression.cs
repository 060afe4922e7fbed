using System.Text;

namespace Hybrid.Milvus.Client;

/// <summary>Values as a server's filter expressions have them.</summary>
public static class FilterExpression
{
    /// <summary>A text in double quotes, with what would end it or begin something escaped.</summary>
    public static string Quote(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return AppendQuoted(new StringBuilder(text.Length + 2), text).ToString();
    }

    /// <summary>"key in [...]", as often as it takes to keep each within so many bytes; nothing for no keys.</summary>
    internal static IEnumerable<string> In(string field, IEnumerable<string> keys, int mostBytes)
    {
        var filter = new StringBuilder();
        int bytes = 0;
        foreach (string key in keys)
        {
            int next = System.Text.Encoding.UTF8.GetByteCount(key) * 2 + 3;   // at worst each byte is escaped
            if (filter.Length > 0 && bytes + next > mostBytes)
            {
                yield return filter.Append(']').ToString();
                filter.Clear();
            }
            if (filter.Length == 0)
            {
                filter.Append(field).Append(" in [");
                bytes = field.Length + 6;
            }
            else
            {
                filter.Append(',');
            }
            AppendQuoted(filter, key);
            bytes += next;
        }
        if (filter.Length > 0)
            yield return filter.Append(']').ToString();
    }

    internal static StringBuilder AppendQuoted(StringBuilder expression, string text)
    {
        // No server knows an escape for the other control characters; they stand as they are.
        expression.Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => expression.Append('\\').Append(c),
                '\n' => expression.Append("\\n"),
                '\r' => expression.Append("\\r"),
                '\t' => expression.Append("\\t"),
                _ => expression.Append(c),
            };
        }
        return expression.Append('"');
    }
}
