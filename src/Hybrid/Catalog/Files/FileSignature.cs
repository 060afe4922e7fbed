namespace Hybrid.Catalog.Files;

/// <summary>Knows files by their first bytes.</summary>
internal static class FileSignature
{
    /// <summary>Where a tar archive has its mark.</summary>
    private const int TarMark = 257;

    // From the formats' own definitions; what can be read is not among them.
    private static readonly (byte[] Start, string What, string Do)[] Unread =
    [
        ([0xFD, .. "7zXZ"u8, 0], "packed by xz", "unpack it with unxz"),
        ([0x28, 0xB5, 0x2F, 0xFD], "packed by zstd", "unpack it with unzstd"),
        ([0x04, 0x22, 0x4D, 0x18], "packed by lz4", "unpack it with unlz4"),
        ([.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive", "unpack it and give the file in it"),
        ([.. "Rar!"u8], "a rar archive", "unpack it and give the file in it"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an Excel workbook (xls) or another old Office document", "save it as CSV UTF-8"),
        ([.. "%PDF"u8], "a PDF document", "export the data as CSV"),
        ([.. "SQLite format 3"u8, 0], "an SQLite database", "export the table as CSV: sqlite3 -header -csv FILE 'select * from …'"),
        ([.. "Obj"u8, 1], "an Avro file", "convert it to JSON lines or Parquet"),
        ([.. "ARROW1"u8], "an Arrow (Feather) file", "convert it to Parquet or CSV"),
        ([0x89, .. "PNG"u8], "a picture", "give a CSV, JSON or Parquet file"),
        ([0xFF, 0xD8, 0xFF], "a picture", "give a CSV, JSON or Parquet file"),
    ];

    private static readonly (string Start, string What, string Do)[] Markup =
    [
        ("<!doctype html", "an HTML page, as a server sends for an error or a login", "download the file itself"),
        ("<html", "an HTML page, as a server sends for an error or a login", "download the file itself"),
        ("<?xml", "an XML file", "export it as CSV or JSON"),
        ("<rss", "an XML file", "export it as CSV or JSON"),
    ];

    /// <exception cref="DataFileException">It is of a kind that is known and not read.</exception>
    public static FileKind KindOf(ReadOnlySpan<byte> start, string name)
    {
        foreach ((byte[] mark, string what, string @do) in Unread)
        {
            if (start.StartsWith(mark))
                throw new DataFileException(name, $"it is {what}; {@do}");
        }
        if (start is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', (byte)'1' or 0x17, (byte)'A' or (byte)'r', ..])
            throw new DataFileException(name, "it is packed by bzip2; unpack it with bunzip2");
        if (start.Length > TarMark + 5 && start.Slice(TarMark, 5).SequenceEqual("ustar"u8))
            throw new DataFileException(name, "it is a tar archive; unpack it with tar -xf and give the file in it");
        ReadOnlySpan<byte> text = start.TrimStart("\uFEFF \r\n\t"u8);
        string first = System.Text.Encoding.Latin1.GetString(text[..Math.Min(text.Length, 20)]);
        foreach ((string mark, string what, string @do) in Markup)
        {
            if (first.StartsWith(mark, StringComparison.OrdinalIgnoreCase))
                throw new DataFileException(name, $"it is {what}; {@do}");
        }
        return start switch
        {
            [0x1F, 0x8B, ..] => FileKind.Gzip,
            [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] => FileKind.Zip,
            [(byte)'P', (byte)'A', (byte)'R', (byte)'1' or (byte)'E', ..] => FileKind.Parquet,
            _ => FileKind.Text,
        };
    }
}
