using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Upkeep.Migration;

/// <summary>numpy's .npy files: a matrix of vectors, and beside it the ids of its rows.</summary>
/// <remarks>The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</remarks>
internal static partial class LegacyArray
{
    private static readonly byte[] Mark = [0x93, .. "NUMPY"u8];

    /// <param name="Type">Without the order of bytes: "f4", "U12", "i8".</param>
    private sealed record Header(string Type, bool IsBigEndian, long Rows, int Columns);

    public static bool IsOne(ReadOnlySpan<byte> start) => start.StartsWith(Mark);

    /// <param name="ids">A text file with one id a line, or an .npy file of them.</param>
    public static IEnumerable<KeyedVector> Read(Stream content, string path, string? ids, CancellationToken cancellationToken)
    {
        if (ids is null)
            throw new DataFileException(path, "it is a matrix without ids; name the file that has them, one a line or as .npy");
        Header matrix = ReadHeader(content, path);
        if (matrix.Columns < 1)
            throw new DataFileException(path, "it has one number a row; a matrix [rows × dimension] is expected");
        int width = matrix.Type switch { "f4" => 4, "f8" => 8, "f2" => 2, _ => 0 };
        if (width == 0 || matrix.IsBigEndian)
            throw new DataFileException(path, $"its numbers are {matrix.Type}; save it as little-endian float16, float32 or float64");
        using IEnumerator<string> keys = ReadIds(ids, cancellationToken).GetEnumerator();
        byte[] bytes = new byte[matrix.Columns * width];
        for (long row = 0; row < matrix.Rows; row++)
        {
            if (!keys.MoveNext())
                throw new DataFileException(ids, $"it has {row:N0} ids, and {path} has {matrix.Rows:N0} rows; both have to be of one export");
            if (content.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                throw new DataFileException(path, $"it ends within row {row + 1:N0} of {matrix.Rows:N0}; copy it again");
            yield return new(keys.Current, FloatsOf(bytes, width));
        }
        if (keys.MoveNext())
            throw new DataFileException(ids, $"it has more ids than the {matrix.Rows:N0} rows of {path}; both have to be of one export");
    }

    private static float[] FloatsOf(byte[] bytes, int width) => width switch
    {
        2 => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), number => (float)number),
        4 => MemoryMarshal.Cast<byte, float>(bytes).ToArray(),
        _ => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), number => (float)number),
    };

    private static IEnumerable<string> ReadIds(string path, CancellationToken cancellationToken)
    {
        using FileStream file = DataFiles.Open(path);
        var content = new PeekedStream(file, 64, path);
        if (!IsOne(content.Start.Span))
        {
            var lines = new LineReader(content, path, cancellationToken);
            while (lines.Read() is { } line)
            {
                if (line.Fault is not null)
                    throw new DataFileException(path, line.Fault, line.Number, line.FaultColumn);
                yield return line.Text;
            }
            yield break;
        }
        Header header = ReadHeader(content, path);
        int size = header.Type[0] switch
        {
            'U' => 4 * int.Parse(header.Type[1..], CultureInfo.InvariantCulture),
            'S' or 'i' or 'u' => int.Parse(header.Type[1..], CultureInfo.InvariantCulture),
            _ => throw new DataFileException(path, $"its ids are {header.Type}; save them as texts or whole numbers, ids.astype(str)"),
        };
        byte[] bytes = new byte[size];
        for (long row = 0; row < header.Rows; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (content.ReadAtLeast(bytes, size, throwOnEndOfStream: false) < size)
                throw new DataFileException(path, $"it ends within row {row + 1:N0} of {header.Rows:N0}; copy it again");
            yield return IdOf(bytes, header, path);
        }
    }

    private static string IdOf(byte[] bytes, Header header, string path) => (header.Type[0], bytes.Length, header.IsBigEndian) switch
    {
        ('U', _, false) => System.Text.Encoding.UTF32.GetString(bytes).TrimEnd('\0'),
        ('S', _, _) => System.Text.Encoding.UTF8.GetString(bytes).TrimEnd('\0'),
        ('i', 8, false) => BinaryPrimitives.ReadInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ('i', 4, false) => BinaryPrimitives.ReadInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ('u', 8, false) => BinaryPrimitives.ReadUInt64LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        ('u', 4, false) => BinaryPrimitives.ReadUInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture),
        _ => throw new DataFileException(path, $"its ids are {header.Type}; save them as texts, ids.astype(str)"),
    };

    private static Header ReadHeader(Stream content, string path)
    {
        byte[] start = new byte[8];
        content.ReadExactly(start);
        byte[] size = new byte[start[6] == 1 ? 2 : 4];
        content.ReadExactly(size);
        byte[] text = new byte[size.Length == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(size) : BinaryPrimitives.ReadInt32LittleEndian(size)];
        content.ReadExactly(text);
        string header = System.Text.Encoding.UTF8.GetString(text);
        Match match = Described().Match(header);
        if (!match.Success)
            throw new DataFileException(path, $"its header '{PlainText.Brief(header)}' is not that of a plain matrix or list");
        int columns = match.Groups[4].Value is { Length: > 0 } second ? int.Parse(second, CultureInfo.InvariantCulture) : 0;
        if (match.Groups[2].Value == "True" && columns > 0)
            throw new DataFileException(path, "its numbers stand column by column; save it with numpy.ascontiguousarray");
        string type = match.Groups[1].Value;
        return new Header(type.TrimStart('<', '>', '|', '='), type[0] == '>', long.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture), columns);
    }

    [GeneratedRegex(@"'descr':\s*'([<>|=]?[a-zA-Z]\d+)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\((\d+),\s*(\d+)?\)",
        RegexOptions.CultureInvariant)]
    private static partial Regex Described();
}
