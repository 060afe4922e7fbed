using System.Text;

namespace Hybrid.Catalog.Files;

/// <summary>Cuts one CSV record (RFC 4180) into fields, a line at a time.</summary>
/// <remarks>
/// Our own, because no CSV library at hand can go on after a quote that is never closed: they read the rest of the file into one field. Here that costs one
/// row.
/// A line break within quotes reads as \n.
/// </remarks>
internal sealed class CsvRecord
{
    private readonly StringBuilder _quoted = new();
    private int _quoteColumn;

    public List<(int Column, string Value)> Fields { get; } = [];

    /// <summary>Where the quote that is still open begins; 0 when none is.</summary>
    public int OpenQuote { get; private set; }

    /// <summary>Takes the record's next line; true when the record is complete with it.</summary>
    /// <exception cref="RowException">A quote is broken.</exception>
    public bool Add(string line)
    {
        int i = 0;
        if (OpenQuote > 0)
        {
            _quoted.Append('\n');
            if (!ReadQuoted(line, ref i))
                return false;
            if (i == line.Length)
                return true;
            i++;
        }
        while (true)
        {
            if (i < line.Length && line[i] == '"')
            {
                _quoted.Clear();
                _quoteColumn = OpenQuote = i + 1;
                i++;
                if (!ReadQuoted(line, ref i))
                    return false;
            }
            else
            {
                int comma = line.IndexOf(',', i);
                int end = comma < 0 ? line.Length : comma;
                int stray = line.AsSpan(i, end - i).IndexOf('"');
                if (stray >= 0)
                    throw new RowException(
                        i + stray + 1, "broken quote: a field with a quote in it must be quoted as a whole, and its quotes doubled, \"5\"\" disk\"");
                Fields.Add((i + 1, line[i..end]));
                i = end;
            }
            if (i == line.Length)
                return true;
            i++;   // the comma
        }
    }

    /// <summary>Reads to the closing quote; false when the line ends before it.</summary>
    private bool ReadQuoted(string line, ref int i)
    {
        while (true)
        {
            int quote = line.IndexOf('"', i);
            if (quote < 0)
            {
                _quoted.Append(line, i, line.Length - i);
                return false;
            }
            _quoted.Append(line, i, quote - i);
            i = quote + 1;
            if (i < line.Length && line[i] == '"')
            {
                _quoted.Append('"');
                i++;
                continue;
            }
            if (i < line.Length && line[i] != ',')
                throw new RowException(
                    i + 1, "broken quote: after a closing quote comes a comma or the end of the line; double a quote that belongs to the text");
            Fields.Add((_quoteColumn, _quoted.ToString()));
            OpenQuote = 0;
            return true;
        }
    }
}
