using System.IO.Compression;
using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Tests.Catalog.Files;

/// <summary>What is packed, and what is no text at all.</summary>
public sealed class ContainerTests
{
    private const string Shop = "id,title\nP1,a\nP2,b\n";

    private static ReadOnlySpan<byte> Ole => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    [Fact]
    public void The_one_file_in_a_zip_is_read_whatever_lies_beside_it()
    {
        byte[] zip = Zip(("shop/items.csv", Shop), ("__MACOSX/shop/._items.csv", "x"), ("shop/", ""));
        Assert.Equal(["P1 a", "P2 b"], FileRows.Read(zip).Names);
        Assert.Equal(["P1 a", "P2 b"], FileRows.Read(Zip([("items.csv.gz", Gzip(Shop))])).Names);
    }

    [Fact]
    public void A_zip_of_several_files_or_none_says_so()
    {
        Assert.Contains("a zip archive of 2 files (a.csv, b.csv)", FileRows.Refusal(Zip(("a.csv", Shop), ("b.csv", Shop))), StringComparison.Ordinal);
        Assert.Contains("without a file in it", FileRows.Refusal(Zip(Array.Empty<(string, string)>())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_that_is_cut_short_or_damaged_is_refused()
    {
        byte[] zip = Zip(("items.csv", "id,title\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"P{i},Lamp number {i * 7919 % 5003}\n"))));
        foreach (int length in (int[])[10, zip.Length / 2, zip.Length - 30, zip.Length - 1])
            Assert.Contains("its zip data is damaged or cut short", FileRows.Refusal(zip[..length]), StringComparison.Ordinal);
        const int Seed = 7;
        var random = new Random(Seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = [.. zip];
            damaged[random.Next(4, damaged.Length)] ^= (byte)(1 << random.Next(8));
            Exception? failure = Record.Exception(() => FileRows.Read(damaged));
            Assert.True(failure is null or DataFileException, $"seed {Seed}, round {round}: {failure}");
        }
    }

    [Fact]
    public void A_zip_or_Parquet_file_from_a_pipe_says_what_to_do()
    {
        using var pipe = new Pipe(Zip(("items.csv", Shop)));
        var refusal = Assert.Throws<DataFileException>(() => FileRows.Read(pipe));
        Assert.Contains("it is a zip archive, which is read from a file of its own", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("a Parquet file in another file", FileRows.Refusal(Gzip("PAR1....")), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_read_is_named()
    {
        (byte[] Start, string What)[] files =
        [
            ([.. "BZh91AY&SY"u8, 1, 2, 3], "packed by bzip2"),
            ([0xFD, .. "7zXZ"u8, 0, 0, 4], "packed by xz"),
            ([0x28, 0xB5, 0x2F, 0xFD, 4], "packed by zstd"),
            ([.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C, 0], "a 7z archive"),
            ([.. "Rar!"u8, 0x1A, 7, 0], "a rar archive"),
            ([.. Ole, 0, 0], "an Excel workbook (xls)"),
            ([.. "%PDF-1.7\n"u8], "a PDF document"),
            ([.. "SQLite format 3"u8, 0, 16], "an SQLite database"),
            ([.. new byte[257], .. "ustar\000"u8, .. new byte[300]], "a tar archive"),
            ([.. "<!DOCTYPE html><html>"u8], "an HTML page"),
            ([.. "\uFEFF<?xml version=\"1.0\"?>"u8], "an XML file"),
            (Zip(("[Content_Types].xml", ""), ("xl/workbook.xml", "<x/>")), "an Excel workbook; save it as CSV UTF-8"),
            (Zip(("mimetype", ""), ("content.xml", "<x/>")), "an OpenDocument file; save it as CSV UTF-8"),
        ];
        foreach ((byte[] start, string what) in files)
        {
            Assert.StartsWith($"items: it is {what}", FileRows.Refusal(start), StringComparison.Ordinal);
            Assert.StartsWith($"items: it is {(start is [(byte)'P', (byte)'K', ..] ? "a zip archive in another file" : what)}",
                FileRows.Refusal(Gzip(start)), StringComparison.Ordinal);
        }
    }

    private static byte[] Zip(params (string Name, string Content)[] files) =>
        Zip(Array.ConvertAll(files, file => (file.Name, System.Text.Encoding.UTF8.GetBytes(file.Content))));

    private static byte[] Zip((string Name, byte[] Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        return packed.ToArray();
    }

    private static byte[] Gzip(string text) => Gzip(System.Text.Encoding.UTF8.GetBytes(text));

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }

    /// <summary>A stream that cannot go back.</summary>
    private sealed class Pipe(byte[] bytes) : ForwardStream
    {
        private int _given;

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, bytes.Length - _given);
            bytes.AsSpan(_given, count).CopyTo(buffer);
            _given += count;
            return count;
        }
    }
}
