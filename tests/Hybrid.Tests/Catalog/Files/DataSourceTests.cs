using System.IO.Compression;
using Hybrid.Catalog;
using Parquet.Serialization;

namespace Hybrid.Tests.Catalog.Files;

public sealed class DataSourceTests
{
    private const string Rows = "id,title\nP1,Lamp\nP2,Desk\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What the Parquet file holds.</summary>
    private sealed class Thing
    {
        public string? id { get; set; }

        public string? title { get; set; }

        public double? price { get; set; }

        public long big { get; set; }

        public bool? in_stock { get; set; }

        public List<string>? tags { get; set; }

        public Inner? details { get; set; }

        public DateTime made { get; set; }
    }

    private sealed class Inner
    {
        public string? Brand { get; set; }
    }

    [Fact]
    public async Task A_Parquet_file_has_rows_with_kinds_lists_and_members_of_objects()
    {
        using var stream = new MemoryStream();
        Thing[] things =
        [
            new() { id = "P1", title = "Lamp", price = 9.5, big = 9_007_199_254_740_993, in_stock = true, tags = ["a", "b"], details = new() { Brand = "Acme" },
                made = new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc) },
            new() { id = "P2", title = "Desk", made = new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc) },
        ];
        await ParquetSerializer.SerializeAsync(things, stream, cancellationToken: Token);
        FileRows rows = FileRows.Read(stream.ToArray());
        Assert.Empty(rows.Rejected);
        Assert.Equal(["P1 Lamp", "P2 Desk"], rows.Names);
        Item lamp = rows.Items[0];
        Assert.Equal((9.5, true, "Acme"), (lamp.Price, lamp.InStock, lamp.Attributes["details.Brand"].Text));
        Assert.Equal(AttributeValue.OfList(["a", "b"]), lamp.Attributes["tags"]);
        Assert.Equal("9007199254740993", lamp.Attributes["big"].AsWritten);
        Assert.StartsWith("2026-01-31", lamp.Attributes["made"].AsWritten, StringComparison.Ordinal);
        Assert.Equal((null, null), (rows.Items[1].Price, rows.Items[1].InStock));
        Assert.DoesNotContain("tags", rows.Items[1].Attributes.Keys);
    }

    [Fact]
    public async Task A_Parquet_file_that_is_damaged_or_cut_short_is_refused()
    {
        using var stream = new MemoryStream();
        await ParquetSerializer.SerializeAsync<Thing>([new() { id = "P1", title = "Lamp" }], stream, cancellationToken: Token);
        byte[] whole = stream.ToArray();
        for (int length = 4; length < whole.Length; length += 37)
        {
            DataFileException refusal = Assert.Throws<DataFileException>(() => FileRows.Read(whole[..length]));
            Assert.StartsWith("items", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_zip_of_one_file_is_read_and_one_of_several_names_them()
    {
        Assert.Equal(["P1 Lamp", "P2 Desk"], FileRows.Read(Zip(("shop/items.csv", Rows), ("__MACOSX/shop/._items.csv", "x"))).Names);
        DataFileException several = Assert.Throws<DataFileException>(() => FileRows.Read(Zip(("a.csv", Rows), ("b.csv", Rows))));
        Assert.Contains("a.csv", several.Message, StringComparison.Ordinal);
        Assert.Contains("b.csv", several.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_that_is_cut_short_is_refused()
    {
        byte[] whole = Zip(("items.csv", string.Concat(Enumerable.Range(0, 500).Select(i => $"P{i},{Guid.NewGuid()}\n").Prepend("id,title\n"))));
        foreach (int length in (int[])[10, 60, whole.Length / 2, whole.Length - 30])
            Assert.Throws<DataFileException>(() => FileRows.Read(whole[..length]));
    }

    [Fact]
    public void What_is_no_text_is_called_what_it_is()
    {
        (byte[] Start, string Said)[] files =
        [
            (Zip(("xl/workbook.xml", "<x/>"), ("[Content_Types].xml", "<x/>")), "an Excel workbook"),
            ([.. "BZh91AY&SY"u8], "bzip2"),
            ([0xFD, .. "7zXZ\0"u8], "xz"),
            ([0x28, 0xB5, 0x2F, 0xFD, 0, 0, 0, 0], "zstd"),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "Excel"),
            ([.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], "7"),
            ([.. "%PDF-1.7\n"u8], "PDF"),
            ([.. "SQLite format 3\0"u8], "SQLite"),
        ];
        foreach ((byte[] start, string said) in files)
        {
            DataFileException refusal = Assert.Throws<DataFileException>(() => FileRows.Read(start));
            Assert.Contains(said, refusal.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void A_folder_and_a_pattern_are_the_files_in_them_by_name()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["b.csv", "a.csv", "_SUCCESS", ".hidden.csv", "c.txt"])
            File.WriteAllText(folder.File(name), Rows);
        string root = Path.GetDirectoryName(folder.File("a.csv"))!;   // ! : it is in the folder
        Assert.Equal(["a.csv", "b.csv", "c.txt"], Hybrid.Catalog.Files.DataFiles.Expand(root).Select(Path.GetFileName));
        Assert.Equal(["a.csv", "b.csv"], Hybrid.Catalog.Files.DataFiles.Expand(Path.Combine(root, "*.csv")).Select(Path.GetFileName));
        Assert.Throws<DataFileException>(() => Hybrid.Catalog.Files.DataFiles.Expand(Path.Combine(root, "*.json")));
        Assert.Equal(["-"], Hybrid.Catalog.Files.DataFiles.Expand("-"));
    }

    private static byte[] Zip(params (string Name, string Text)[] members)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, string text) in members)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(text);
            }
        }
        return stream.ToArray();
    }
}
