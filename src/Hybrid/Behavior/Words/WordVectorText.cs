using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Behavior.Words;

/// <summary>Vectors as text, a row a line: word2vec's with a first line "rows dimension", GloVe's without.</summary>
/// <remarks>A key of GloVe may have spaces in it, as ". . ." and "at name@domain.com" have in glove.840B: what stands before the last numbers of a line is
/// the key, if it does not end in a number itself.</remarks>
internal sealed class WordVectorText(Stream content, WordVectorRows rows, bool hasHeader, CancellationToken cancellationToken)
{
    private static readonly char[] Blanks = [' ', '\t'];

    /// <exception cref="DataFileException">A line is not what was expected.</exception>
    public void Read()
    {
        var lines = new LineReader(content, rows.Path, cancellationToken);
        if (hasHeader)
        {
            DataLine header = lines.Read() ?? throw rows.Broken("it is empty; a line \"rows dimension\" is expected");
            RefuseFault(header);
            rows.Begin(System.Text.Encoding.UTF8.GetBytes(header.Text));
        }
        while (!rows.IsFull && lines.Read() is { } line)
        {
            RefuseFault(line);
            ReadOnlySpan<char> text = line.Text.AsSpan().TrimEnd(Blanks);
            if (text.IsEmpty)
            {
                RefuseMore(lines, line.Number);
                break;
            }
            if (rows.IsComplete)
                throw rows.Broken($"its first line says that it has {rows.Declared:N0} rows, and here is one more", line.Number);
            ReadRow(text, line.Number);
        }
    }

    public static void Write(WordVectors vectors, Stream file, bool hasHeader, CancellationToken cancellationToken)
    {
        using var text = new StreamWriter(file, leaveOpen: true) { NewLine = "\n" };   // UTF-8 without a mark
        if (hasHeader)
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{vectors.Keys.Count} {vectors.Dimension}"));
        Span<char> digits = stackalloc char[32];
        for (int row = 0; row < vectors.Keys.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            text.Write(vectors.Keys[row]);
            foreach (float value in vectors.Row(row))
            {
                text.Write(' ');
                text.Write(digits[..Format(value, digits)]);
            }
            text.WriteLine();
        }
    }

    /// <summary>The shortest decimal number that is this one as float32, in numpy's spelling: 1.0, 5e-05.</summary>
    private static int Format(float value, Span<char> digits)
    {
        value.TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);   // 32 characters are more than any takes
        int exponent = digits[..length].IndexOf('E');
        if (exponent >= 0)
            digits[exponent] = 'e';
        else if (!digits[..length].Contains('.'))
            ".0".CopyTo(digits[length..]);
        return exponent < 0 && !digits[..length].Contains('.') ? length + 2 : length;
    }

    private void ReadRow(ReadOnlySpan<char> text, long line)
    {
        int keyLength = text.IndexOfAny(Blanks);
        if (rows.Dimension == 0)
        {
            int numbers = keyLength < 0 ? 0 : CountNumbers(text[keyLength..]);
            if (numbers == 0)
                throw rows.Broken($"'{PlainText.Brief(text.ToString())}' is not a row of vectors; \"key number … number\" is expected", line);
            rows.BeginWith(numbers);
        }
        int count = keyLength < 0 ? 0 : CountNumbers(text[keyLength..]);
        if (count > rows.Dimension && !hasHeader && KeyWithSpaces(text) is var whole and > 0)
            (keyLength, count) = (whole, rows.Dimension);
        string key = keyLength < 0 ? text.ToString() : text[..keyLength].ToString();
        if (count != rows.Dimension)
        {
            string known = hasHeader ? "its first line says so" : "the first row has so many";
            throw rows.Broken($"'{PlainText.Brief(key)}' has {count} numbers where {rows.Dimension} are expected: {known}", line);
        }
        Span<float> vector = rows.Add(key, line);
        int i = 0;
        foreach (Range part in text[keyLength..].SplitAny(Blanks))
        {
            ReadOnlySpan<char> number = text[keyLength..][part];
            if (number.IsEmpty)
                continue;
            if (!float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out vector[i]) || !float.IsFinite(vector[i]))
                throw rows.NotFinite(i, number.ToString(), line);
            i++;
        }
    }

    private static int CountNumbers(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (Range part in text.SplitAny(Blanks))
            count += text[part].IsEmpty ? 0 : 1;
        return count;
    }

    /// <summary>Where a key ends that has spaces in it; 0 where it would end in a number, which is one number too many instead.</summary>
    private int KeyWithSpaces(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> rest = text;
        for (int i = 0; i < rows.Dimension; i++)
            rest = rest[..rest.LastIndexOfAny(Blanks)].TrimEnd(Blanks);
        bool endsInNumber = float.TryParse(rest[(rest.LastIndexOfAny(Blanks) + 1)..], NumberStyles.Float, CultureInfo.InvariantCulture, out _);
        return endsInNumber ? 0 : rest.Length;
    }

    private void RefuseFault(DataLine line)
    {
        if (line.Fault is not null)
            throw rows.Broken(line.Fault, line.Number, line.FaultColumn);
    }

    /// <summary>A file may end in empty lines, but not go on behind them.</summary>
    private void RefuseMore(LineReader lines, long empty)
    {
        while (lines.Read() is { } line)
        {
            if (line.Fault is not null || !string.IsNullOrWhiteSpace(line.Text))
                throw rows.Broken("the line is empty; \"key number … number\" is expected", empty);
        }
    }
}
