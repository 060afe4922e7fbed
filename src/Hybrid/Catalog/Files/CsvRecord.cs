using System.Text;

namespace Hybrid.Catalog.Files;

/// <summary>Cuts one CSV record (RFC 4180) into fields, a line at a time.</summary>
/// <remarks>
/// Our own: of a file whose second row opens a quote that is never closed, with 100 good rows after it, Sep 0.17.1 makes one row of all that follows, and
/// CsvHelper 34.0.0 too unless no field may have a line break, which then costs all rows that rightly do. Here that costs one row.
/// A line break within quotes reads as \n.
/// </remarks>
internal sealed class CsvRecord(string delimiter = ",", CsvQuotes quotes = CsvQuotes.Doubled)
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
            i += delimiter.Length;
        }
        while (true)
        {
            if (i < line.Length && line[i] == '"' && quotes != CsvQuotes.None)
            {
                _quoted.Clear();
                _quoteColumn = OpenQuote = i + 1;
                i++;
                if (!ReadQuoted(line, ref i))
                    return false;
            }
            else
            {
                int next = delimiter.Length == 1 ? line.IndexOf(delimiter[0], i) : line.IndexOf(delimiter, i, StringComparison.Ordinal);
                int end = next < 0 ? line.Length : next;
                int stray = quotes == CsvQuotes.None ? -1 : line.AsSpan(i, end - i).IndexOf('"');
                if (stray >= 0)
                    throw new RowException(
                        i + stray + 1, "broken quote: a field with a quote in it must be quoted as a whole, and its quotes doubled, \"5\"\" disk\"");
                Fields.Add((i + 1, line[i..end]));
                i = end;
            }
            if (i == line.Length)
                return true;
            i += delimiter.Length;
        }
    }

    /// <summary>Reads to the closing quote; false when the line ends before it.</summary>
    private bool ReadQuoted(string line, ref int i)
    {
        while (true)
        {
            int quote = quotes == CsvQuotes.Doubled ? line.IndexOf('"', i) : line.AsSpan(i).IndexOfAny('"', '\\') is >= 0 and int at ? i + at : -1;
            if (quote < 0)
            {
                _quoted.Append(line, i, line.Length - i);
                return false;
            }
            _quoted.Append(line, i, quote - i);
            i = quote + 1;
            if (line[quote] == '\\')
            {
                if (i < line.Length && line[i] is '"' or '\\')
                    _quoted.Append(line[i++]);
                else
                    _quoted.Append('\\');
                continue;
            }
            if (i < line.Length && line[i] == '"')
            {
                _quoted.Append('"');
                i++;
                continue;
            }
            if (i < line.Length && string.CompareOrdinal(line, i, delimiter, 0, delimiter.Length) != 0)
                throw new RowException(i + 1, $"broken quote: after a closing quote comes {Named} or the end of the line; double a quote that belongs "
                    + $"to the text");
            Fields.Add((_quoteColumn, _quoted.ToString()));
            OpenQuote = 0;
            return true;
        }
    }

    private string Named => delimiter switch { "," => "a comma", "\t" => "a tab", _ => $"'{delimiter}'" };
}
