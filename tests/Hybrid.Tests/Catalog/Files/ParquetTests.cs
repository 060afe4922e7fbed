using System.Text.Json.Serialization;
using Hybrid.Catalog;
using Parquet;
using Parquet.Serialization;
using Parquet.Serialization.Attributes;

namespace Hybrid.Tests.Catalog.Files;

/// <summary>Parquet files, written by the library that reads them.</summary>
public sealed class ParquetTests
{
    [Fact]
    public async Task Columns_are_read_with_their_kinds_over_all_row_groups()
    {
        byte[] file = await WriteAsync([Row("P1", 12.5, ["a", null, "b"]), Row("P2", null, []), Row("P3", 3, null)], rowsPerGroup: 2);
        FileRows rows = FileRows.Read(file);

        Assert.Empty(rows.Rejected);
        Assert.Equal(["P1 Lamp P1", "P2 Lamp P2", "P3 Lamp P3"], rows.Names);
        Assert.Equal([12.5, null, 3.0], rows.Items.Select(item => item.Price));
        Assert.All(rows.Items, item => Assert.True(item.InStock));
        Assert.Equal(
            ["added=2026-01-02T03:04:05.123456Z", "barcode=4006381333931", "day=2026-01-31", "details.Brand=Acme", "details.size.w=7", "share=0.1", "tags=a|b",
                "weight=12.50"],
            rows.Items[0].Attributes.Select(a => $"{a.Key}={a.Value}").Order(StringComparer.Ordinal));
        Assert.DoesNotContain("tags", rows.Items[1].Attributes.Keys);
        Assert.Equal(["images", "extra"], rows.Notes.Select(note => note.Split(' ')[3]));
    }

    [Fact]
    public async Task A_row_that_cannot_be_used_is_named_by_its_number_and_shown()
    {
        FileRows rows = FileRows.Read(await WriteAsync([Row("P1", 1, null), Row("", 2, null), Row("P3", double.NaN, null)], rowsPerGroup: 100));
        RejectedRow row = rows.Rejected[0];
        Assert.Equal((2, 1, "id"), (row.Line, row.Column, row.Field));
        Assert.StartsWith("id=, title=Lamp , price=2, in_stock=true", row.Raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_or_one_without_an_id_is_refused()
    {
        byte[] file = await WriteAsync([Row("P1", 1, null)], rowsPerGroup: 100);
        Assert.Contains("its Parquet data is damaged", FileRows.Refusal(file[..(file.Length / 2)]), StringComparison.Ordinal);
        Assert.Contains("there is no column 'sku'", FileRows.Refusal(file, new FileReadOptions { Map = ColumnMap.Parse("id=sku") }), StringComparison.Ordinal);
    }

    private static ShopRow Row(string id, double? price, List<string?>? tags) => new()
    {
        Id = id,
        Title = $"Lamp {id}",
        Price = price,
        InStock = true,
        Barcode = 4006381333931,
        Weight = 12.50m,
        Added = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddMicroseconds(123456),
        Day = new DateOnly(2026, 1, 31),
        Share = 0.1f,
        Tags = tags,
        Details = new Details { Brand = "Acme", Size = new Size { Width = 7 } },
        Images = [new Image { Large = "x" }],
        Extra = new Dictionary<string, string> { ["k"] = "v" },
    };

    private static async Task<byte[]> WriteAsync(ShopRow[] rows, int rowsPerGroup)
    {
        using var file = new MemoryStream();
        var options = new ParquetOptions { RowGroupSize = rowsPerGroup };
        await ParquetSerializer.SerializeAsync(rows, file, options, cancellationToken: TestContext.Current.CancellationToken);
        return file.ToArray();
    }

    private sealed class ShopRow
    {
        [JsonPropertyName("id")]
        public string? Id { get; set; }

        [JsonPropertyName("title")]
        public string? Title { get; set; }

        [JsonPropertyName("price")]
        public double? Price { get; set; }

        [JsonPropertyName("in_stock")]
        public bool InStock { get; set; }

        [JsonPropertyName("barcode")]
        public long? Barcode { get; set; }

        [JsonPropertyName("weight"), ParquetDecimal(10, 2)]
        public decimal Weight { get; set; }

        [JsonPropertyName("added"), ParquetTimestamp(ParquetTimestampResolution.Microseconds)]
        public DateTime Added { get; set; }

        [JsonPropertyName("day")]
        public DateOnly Day { get; set; }

        [JsonPropertyName("share")]
        public float Share { get; set; }

        [JsonPropertyName("tags")]
        public List<string?>? Tags { get; set; }

        [JsonPropertyName("details")]
        public Details? Details { get; set; }

        [JsonPropertyName("images")]
        public List<Image>? Images { get; set; }

        [JsonPropertyName("extra")]
        public Dictionary<string, string>? Extra { get; set; }
    }

    private sealed class Details
    {
        public string? Brand { get; set; }

        [JsonPropertyName("size")]
        public Size? Size { get; set; }
    }

    private sealed class Size
    {
        [JsonPropertyName("w")]
        public int? Width { get; set; }
    }

    private sealed class Image
    {
        public string? Large { get; set; }
    }
}
