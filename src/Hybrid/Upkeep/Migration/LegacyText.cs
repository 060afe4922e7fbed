using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Upkeep.Migration;

/// <summary>Rows "key number … number" of text: word2vec's behind a line "rows dimension", GloVe's from the first line on.</summary>
internal static class LegacyText
{
    private static readonly char[] Blanks = [' ', '\t'];

    public static IEnumerable<KeyedVector> Read(Stream content, string path, bool hasHeader, CancellationToken cancellationToken)
    {
        var lines = new LineReader(content, path, cancellationToken);
        int dimension = 0;
        if (hasHeader && lines.Read() is { } header)
            _ = int.TryParse(header.Text.Split(Blanks, StringSplitOptions.RemoveEmptyEntries)[^1], out dimension);
        while (lines.Read() is { } line)
        {
            if (line.Fault is not null)
                throw new DataFileException(path, line.Fault, line.Number, line.FaultColumn);
            ReadOnlySpan<char> text = line.Text.AsSpan().TrimEnd(Blanks);
            if (text.IsEmpty)
                continue;
            KeyedVector row = Row(text, dimension);
            if (dimension == 0)
                dimension = row.Vector.Length;
            yield return row;
        }
    }

    private static KeyedVector Row(ReadOnlySpan<char> text, int dimension)
    {
        int end = text.IndexOfAny(Blanks);
        if (end < 0)
            return new(text.ToString(), default);
        float[] numbers = Numbers(text[end..], dimension);
        // A key with spaces in it, as glove.840B has: the last numbers are the vector, and what stands before them is the key.
        if (dimension > 0 && numbers.Length > dimension && float.IsNaN(numbers[0]))
        {
            ReadOnlySpan<char> rest = text;
            for (int i = 0; i < dimension; i++)
                rest = rest[..rest.LastIndexOfAny(Blanks)].TrimEnd(Blanks);
            return new(rest.ToString(), numbers.AsMemory(numbers.Length - dimension));
        }
        return new(text[..end].ToString(), numbers);
    }

    private static float[] Numbers(ReadOnlySpan<char> text, int dimension)
    {
        var numbers = new float[Math.Max(dimension, 1)];
        int count = 0;
        foreach (Range part in text.SplitAny(Blanks))
        {
            if (text[part].IsEmpty)
                continue;
            if (count == numbers.Length)
                Array.Resize(ref numbers, 2 * count);
            numbers[count++] = LegacyVectors.Number(text[part]);
        }
        return count == numbers.Length ? numbers : numbers[..count];
    }
}
