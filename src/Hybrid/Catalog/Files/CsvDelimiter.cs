using System.Text.RegularExpressions;

namespace Hybrid.Catalog.Files;

/// <summary>What separates the fields of a CSV file: what it was called, what the file says, or what its first rows show.</summary>
internal static partial class CsvDelimiter
{
    private const int MostRecords = 20, MostLines = 60;

    private static readonly string[] Known = [",", ";", "\t", "|", "::"];

    /// <summary>The separator that a name means: itself, or "tab", "comma", "semicolon", "pipe", "\t"; null when it can be none.</summary>
    public static string? Named(string name) => name.ToLowerInvariant() switch
    {
        "tab" or "\\t" or "\t" => "\t",
        "comma" => ",",
        "semicolon" => ";",
        "pipe" => "|",
        "space" or " " => " ",
        { Length: 1 or 2 } other when !other.AsSpan().ContainsAny("\"\r\n\\") && !other.Any(char.IsLetterOrDigit) => name,
        _ => null,
    };

    /// <summary>Takes Excel's line "sep=;" when it is the first; the separator then, or null.</summary>
    public static string? Declared(LineReader lines)
    {
        DataLine? first = ReadNonEmpty(lines);
        if (first is null)
            return null;
        if (Declaration().Match(first.Text) is { Success: true } declared)
            return declared.Groups[1].Value;
        lines.Return([first]);
        return null;
    }

    /// <summary>The separator with which the first row names the most fields that are known, then the one that cuts the most rows alike, then the most
    /// fields.</summary>
    public static string Find(LineReader lines, ColumnRoles roles)
    {
        var start = new List<DataLine>();
        while (start.Count < MostLines && lines.Read() is { } line)
            start.Add(line);
        lines.Return(start);
        string best = Known[0];
        (int Found, double Alike, int Width) most = default;
        foreach (string delimiter in Known)
        {
            List<List<(int Column, string Value)>> records = Records(start, delimiter);
            if (records is not [{ Count: > 1 } header, ..])
                continue;
            int found = roles.Find(header.Select(field => field.Value.Trim())).Count(place => place >= 0);
            double alike = records.Count(record => record.Count == header.Count) / (double)records.Count;
            if ((found, alike, header.Count).CompareTo(most) > 0)
                (best, most) = (delimiter, (found, alike, header.Count));
        }
        return best;
    }

    /// <summary>What quotes mean between these separators.</summary>
    public static CsvQuotes QuotesOf(string delimiter) => delimiter.Length == 1 ? CsvQuotes.Doubled : CsvQuotes.None;

    private static DataLine? ReadNonEmpty(LineReader lines)
    {
        DataLine? line = lines.Read();
        while (line is { Text.Length: 0 })
            line = lines.Read();
        return line;
    }

    private static List<List<(int Column, string Value)>> Records(List<DataLine> lines, string delimiter)
    {
        var records = new List<List<(int, string)>>();
        CsvRecord? record = null;
        foreach (DataLine line in lines.Where(line => line.Fault is null && line.Text.Length > 0))
        {
            record ??= new CsvRecord(delimiter, QuotesOf(delimiter));
            bool isDone = true;
            try
            {
                isDone = record.Add(line.Text);
                if (isDone)
                    records.Add(record.Fields);
            }
            catch (RowException)
            {
                records.Add([]);   // a row that this separator does not cut
            }
            if (isDone)
                record = null;
            if (records.Count == MostRecords)
                break;
        }
        return records;
    }

    [GeneratedRegex("""\A"?sep=(::|[^\w\s"]|\t)"?\z""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Declaration();
}
