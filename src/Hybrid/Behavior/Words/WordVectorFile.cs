using System.Buffers;
using System.IO.Compression;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Behavior.Words;

/// <summary>Files of <see cref="WordVectors"/>: which format one is in, and how it is packed.</summary>
internal static class WordVectorFile
{
    /// <summary>How much of the beginning tells the format: more than a row of 4,096 numbers has as text.</summary>
    private const int SampleBytes = 1 << 17;

    private static readonly SearchValues<char> EndsOfKeys = SearchValues.Create(" \t\r\n");

    /// <summary>What the numbers of a text are written with, "nan" and "inf" too.</summary>
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eEnNaAiIfFtTyY \t\r\n"u8);

    public static WordVectors Read(string path, WordVectorReading reading, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using FileStream file = DataFiles.Open(path);
        var start = new PeekedStream(file, SampleBytes, path);
        FileKind kind = FileSignature.KindOf(start.Start.Span, path);
        if (kind is FileKind.Zip or FileKind.Parquet)
        {
            throw new DataFileException(path,
                kind == FileKind.Zip ? "it is a zip archive; unpack it and give a file in it" : "it is a Parquet file, not vectors");
        }
        using GzipStream? unpacked = kind == FileKind.Gzip ? new GzipStream(start) : null;
        PeekedStream content = unpacked is null ? start : new PeekedStream(unpacked, SampleBytes, path);
        WordVectorFormat format = reading.Format == WordVectorFormat.Auto ? FormatOf(content.Start.Span) : reading.Format;
        var rows = new WordVectorRows(path, reading.Limit, progress);
        if (format == WordVectorFormat.Word2VecBinary)
            new WordVectorBinary(content, rows, cancellationToken).Read();
        else
            new WordVectorText(content, rows, hasHeader: format == WordVectorFormat.Word2VecText, cancellationToken).Read();
        return rows.ToVectors();
    }

    public static void Write(WordVectors vectors, string path, WordVectorFormat format, CancellationToken cancellationToken)
    {
        if (format == WordVectorFormat.Auto || !Enum.IsDefined(format))
            throw new ArgumentOutOfRangeException(nameof(format), format, "Say in which format to write: Word2VecText, Word2VecBinary or GloVe.");
        foreach (string key in vectors.Keys)
        {
            if (key.AsSpan().IndexOfAny(EndsOfKeys) >= 0)
                throw new ArgumentException($"'{PlainText.Brief(key)}' has a space or a line break in it, which ends a key in these formats.", nameof(vectors));
        }
        WholeFile.Write(path, file =>
        {
            using GZipStream? packed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
                ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null;
            var buffered = new BufferedStream(packed ?? (Stream)file, 1 << 16);
            if (format == WordVectorFormat.Word2VecBinary)
                WordVectorBinary.Write(vectors, buffered, cancellationToken);
            else
                WordVectorText.Write(vectors, buffered, hasHeader: format == WordVectorFormat.Word2VecText, cancellationToken);
            buffered.Flush();   // closed, it would close the file, which is still to be put on the disk
        });
    }

    private static WordVectorFormat FormatOf(ReadOnlySpan<byte> start)
    {
        int end = start.IndexOf((byte)'\n');
        if (end < 0 || !WordVectorRows.TryReadHeader(start[..end], out _, out int dimension))
            return WordVectorFormat.GloVe;
        ReadOnlySpan<byte> row = start[(end + 1)..];
        ReadOnlySpan<byte> numbers = row[(row.IndexOf((byte)' ') + 1)..];
        // Numbers as text take two bytes at least; as float32 four, of which hardly any row has only such as stand in a text.
        numbers = numbers[..Math.Min(numbers.Length, 2 * dimension)];
        return numbers.ContainsAnyExcept(NumberBytes) ? WordVectorFormat.Word2VecBinary : WordVectorFormat.Word2VecText;
    }
}
