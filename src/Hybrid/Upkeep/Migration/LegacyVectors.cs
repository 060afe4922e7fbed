using System.Buffers;
using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using Hybrid.Behavior.Words;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Upkeep.Migration;

/// <summary>Reads the vectors that a shop has, from wherever it keeps them, one after the other and as they are.</summary>
/// <remarks>
/// <para>Files: word2vec text and binary (gensim's save_word2vec_format), GloVe, CSV, JSON and Parquet with a column of vectors, .npy with a file of ids;
/// packed by
/// gzip or not. Which one it is its first bytes say. A server's rows come through any <see cref="DbDataReader"/>.</para>
/// <para>Unlike <see cref="WordVectors"/>, which refuses a file with a fault, this gives every row, so that the faults can be counted: numbers that are not
/// finite,
/// keys that come twice, vectors of different lengths.</para>
/// </remarks>
public static class LegacyVectors
{
    private const int SampleBytes = 1 << 16;

    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eEnNaAiIfFtTyY \t\r\n"u8);

    /// <summary>The rows of a file, in its order, read as they are asked for.</summary>
    /// <exception cref="DataFileException">It cannot be read, or is none of these; thrown while enumerating.</exception>
    public static IEnumerable<KeyedVector> Read(string path, LegacyReading? reading = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ReadFile(path, reading ?? new LegacyReading(), cancellationToken);
    }

    /// <summary>The rows of a query, read as they are asked for; the reader is the caller's to close.</summary>
    /// <param name="id">The ids' column: text, or anything that has a text of its own, as numbers and GUIDs.</param>
    /// <param name="vector">The vectors' column: float[], double[], bytes of little-endian float32, or a text "[0.1, 0.2]", as pgvector casts to.</param>
    /// <exception cref="DataFileException">A vector is of another type; with the row.</exception>
    public static IEnumerable<KeyedVector> Read(DbDataReader reader, string id = "id", string vector = "vector")
    {
        ArgumentNullException.ThrowIfNull(reader);
        int ids = reader.GetOrdinal(id), vectors = reader.GetOrdinal(vector);
        for (long row = 1; reader.Read(); row++)
        {
            string key = reader.IsDBNull(ids) ? "" : Convert.ToString(reader.GetValue(ids), CultureInfo.InvariantCulture) ?? "";
            yield return new(key, reader.IsDBNull(vectors) ? default : FloatsOf(reader.GetValue(vectors), vector, row));
        }
    }

    /// <summary>The numbers of a text, whatever stands around and between them; one that is none is not a number (NaN).</summary>
    internal static float[] ParseNumbers(ReadOnlySpan<char> text)
    {
        text = text.Trim().Trim("[](){}");
        var numbers = new List<float>();
        foreach (Range part in text.SplitAny(',', ';', '|', ' ', '\t', '\n'))
        {
            if (!text[part].IsEmpty)
                numbers.Add(Number(text[part]));
        }
        return [.. numbers];
    }

    internal static float Number(ReadOnlySpan<char> text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) ? number : float.NaN;

    private static IEnumerable<KeyedVector> ReadFile(string path, LegacyReading reading, CancellationToken cancellationToken)
    {
        using FileStream file = DataFiles.Open(path);
        var start = new PeekedStream(file, SampleBytes, path);
        if (LegacyArray.IsOne(start.Start.Span))
        {
            foreach (KeyedVector row in LegacyArray.Read(start, path, reading.Ids, cancellationToken))
                yield return row;
            yield break;
        }
        if (start.Start.Span is [0x80, >= 2 and <= 5, ..])
        {
            throw new DataFileException(path, "it is a Python pickle, as gensim's save() writes; export it by "
                + "kv.save_word2vec_format(\"vectors.bin\", binary=True) and give that");
        }
        FileKind kind = FileSignature.KindOf(start.Start.Span, path);
        using GzipStream? unpacked = kind == FileKind.Gzip ? new GzipStream(start) : null;
        PeekedStream content = unpacked is null ? start : new PeekedStream(unpacked, SampleBytes, path);
        ReadOnlyMemory<byte> sample = content.Start;
        if (sample.IsEmpty)
            throw new DataFileException(path, "it is empty; rows of a key and its vector are expected");
        IEnumerable<KeyedVector> rows;
        if (kind is not (FileKind.Zip or FileKind.Parquet) && JsonObjects.ShapeOf(sample.Span) != JsonShape.None)
            rows = LegacyJson.Read(content, sample, path, reading, cancellationToken);
        else if (kind is FileKind.Zip or FileKind.Parquet || FormatOf(sample.Span) is not { } format)
            rows = LegacyTable.Read(path, reading, cancellationToken);
        else if (format == WordVectorFormat.Word2VecBinary)
            rows = LegacyBinary.Read(content, path, cancellationToken);
        else
            rows = LegacyText.Read(content, path, hasHeader: format == WordVectorFormat.Word2VecText, cancellationToken);
        foreach (KeyedVector row in rows)
            yield return row;
    }

    /// <summary>Null: it is a table.</summary>
    private static WordVectorFormat? FormatOf(ReadOnlySpan<byte> start)
    {
        int end = start.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? start : start[..end];
        if (end >= 0 && WordVectorRows.TryReadHeader(line, out _, out int dimension))
        {
            ReadOnlySpan<byte> row = start[(end + 1)..];
            ReadOnlySpan<byte> numbers = row[(row.IndexOf((byte)' ') + 1)..];
            numbers = numbers[..Math.Min(numbers.Length, 2 * dimension)];
            return numbers.ContainsAnyExcept(NumberBytes) ? WordVectorFormat.Word2VecBinary : WordVectorFormat.Word2VecText;
        }
        // A row of GloVe: a key, then numbers and nothing else. A table begins with names.
        string[] words = System.Text.Encoding.UTF8.GetString(line).Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 1 && float.TryParse(words[^1], NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            && float.TryParse(words[Math.Max(1, words.Length - 2)], NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? WordVectorFormat.GloVe : null;
    }

    private static float[] FloatsOf(object value, string column, long row) => value switch
    {
        float[] floats => floats,
        double[] doubles => Array.ConvertAll(doubles, number => (float)number),
        byte[] bytes when bytes.Length % sizeof(float) == 0 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        string text => ParseNumbers(text),
        byte[] bytes => throw new DataFileException($"column {column}", $"{bytes.Length} bytes are no float32 numbers", row),
        _ => throw new DataFileException($"column {column}", $"a {value.GetType().Name} is no vector; select float[], double[], bytes of float32, or a text of "
            + "numbers", row),
    };
}
