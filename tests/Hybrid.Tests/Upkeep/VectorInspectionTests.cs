using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Hybrid.Catalog;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Microsoft.Data.Sqlite;

namespace Hybrid.Tests.Upkeep;

/// <summary>Vectors that somebody brings along, read from every kind of file, and what is found in them.</summary>
public sealed class VectorInspectionTests : IDisposable
{
    /// <summary>Ids as shops have them: quotes, Chinese, the least number, one letter in two cases.</summary>
    private static readonly string[] Odd = ["it's", "a\"b", "耳机-01", "-9223372036854775808", "sku", "SKU", "a,b;c", "caf\u00E9", "\U0001F3A7"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Faults_are_counted_and_named()
    {
        VectorReport report = Inspect(
        [
            new("a", new float[] { 3, 4 }), new("b", new float[] { 0, 0 }), new("c", new float[] { float.NaN, 1 }), new("a", new float[] { 1, 0 }),
            new("d", new float[] { 1, 0, 0 }), new("", new float[] { 1, 0 }), new(" d", new float[] { 0, -1 }),
        ]);
        Assert.Equal((7, 1, 1, 1, 1, 1, 1, 4), (report.Rows, report.Zeros, report.NotFinite, report.Duplicates, report.Mixed, report.NotIds, report.Merged,
            report.UnitRows));
        Assert.Equal(("a", "", " d"), (report.FirstDuplicate, report.FirstNotId, report.FirstMerged));
        Assert.Equal((1, 5, 9 / 5.0), (report.LeastNorm, report.GreatestNorm, report.MeanNorm));
        // Unit rows (.6, .8), (1, 0), (1, 0), (0, −1): the mean is (2.6, −.2) / 4.
        Assert.Equal(Math.Sqrt(2.6 * 2.6 + 0.2 * 0.2) / 4, report.NormOfMean, 6);
        Assert.Equal(1 / 7.0, report.ShareOf("mixed-dimensions"));
        Assert.Null(report.ShareOf("unknown"));
        Assert.Throws<ArgumentException>(() => report.ShareOf("beauty"));
    }

    [Fact]
    public async Task Keys_are_compared_with_the_catalogue()
    {
        using RecordStore records = RecordStore.Open(":memory:");
        await records.UpsertAsync([new("A") { Title = "One" }, new("B") { Text = " " }, new("C") { Title = "Three" }, new("D")],
            TestContext.Current.CancellationToken);
        KeyedVector[] rows = Array.ConvertAll<string, KeyedVector>(["A", "B", "X", "C", "A"], key => new(key, new float[] { 1 }));
        VectorReport report = Inspect(rows, records);
        Assert.Equal((4L, 3L, 2L), (report.CatalogItems, report.Known, report.WithText));
        Assert.Equal((2 / 5.0, 1 / 4.0, 3 / 5.0), (report.UnknownShare, report.UncoveredShare, report.WithoutTextShare));
    }

    [Fact]
    public void A_table_gives_odd_ids_and_their_vectors_back()
    {
        IEnumerable<string> objects = Odd.Select((id, i) => $$"""{"id": {{JsonSerializer.Serialize(id)}}, "vector": [{{i}}, 0.5]}""");
        IEnumerable<string> lines = Odd.Select((id, i) => $"\"{id.Replace("\"", "\"\"", StringComparison.Ordinal)}\",\"[{i}, 0.5]\"");
        string json = Write("v.jsonl", string.Join('\n', objects)), csv = Write("v.csv", "sku,embedding\n" + string.Join('\n', lines));
        foreach (string file in (string[])[json, csv])
            AssertOdd(Read(file));
        string list = Write("l.json", """[{"sku": 7, "title": "x", "Embedding": [1, NaN, null, 2]}, {"sku": "8", "embedding": "[1, 2]"}]""");
        Assert.Equal([1, float.NaN, float.NaN, 2], Read(list).First().Vector.ToArray());
        Assert.Equal(["7", "8"], Read(list).Select(row => row.Key));
        string named = Write("n.csv", "article;v\nx;1 2 3\n");
        Assert.Equal([1f, 2, 3], Assert.Single(Read(named, new LegacyReading { IdColumn = "article", VectorColumn = "v" })).Vector.ToArray());
    }

    [Fact]
    public void Word_vectors_of_both_kinds_and_of_GloVe_are_known_by_their_beginning()
    {
        string text = Write("v.txt", "2 3\n耳机 1 2 nan\nit's 4 5 6\n"), glove = Write("g.txt", ". . . 1 2\nx 3 4\n");
        byte[] numbers = MemoryMarshal.AsBytes<float>(new float[] { 1.25f, -2 }).ToArray();
        string binary = _folder.File("v.bin");
        File.WriteAllBytes(binary, [.. "2 2\n"u8, .. "SKU "u8, .. numbers, (byte)'\n', .. "sku "u8, .. numbers, (byte)'\n']);

        Assert.Equal(["耳机", "it's"], Read(text).Select(row => row.Key));
        Assert.True(float.IsNaN(Read(text).First().Vector.Span[2]));
        Assert.Equal(["SKU", "sku"], Read(binary).Select(row => row.Key));
        Assert.Equal([1.25f, -2], Read(binary).Last().Vector.ToArray());
        Assert.Equal([3f, 4], Read(glove).Last().Vector.ToArray());
    }

    [Theory]
    [InlineData("<f4")]
    [InlineData("<f8")]
    public void A_matrix_of_numpy_has_its_ids_beside_it(string type)
    {
        byte[] numbers = type == "<f4" ? [.. MemoryMarshal.AsBytes<float>([.. Odd.SelectMany((_, i) => (float[])[i, 0.5f])])]
            : [.. MemoryMarshal.AsBytes<double>([.. Odd.SelectMany((_, i) => (double[])[i, 0.5])])];
        string matrix = Numpy("m.npy", type, $"{Odd.Length}, 2", numbers);
        int longest = Odd.Max(id => System.Text.Encoding.UTF32.GetByteCount(id)) / 4;
        byte[] texts = [.. Odd.SelectMany(id => System.Text.Encoding.UTF32.GetBytes(id.PadRight(longest + id.Length - RunesOf(id), '\0')))];
        string array = Numpy("ids.npy", $"<U{longest}", $"{Odd.Length},", texts);

        AssertOdd(Read(matrix, new LegacyReading { Ids = Write("ids.txt", string.Join('\n', Odd)) }));
        AssertOdd(Read(matrix, new LegacyReading { Ids = array }));
        string shorter = Write("short.txt", "one\n");
        Assert.Contains("has 1 ids", Assert.Throws<DataFileException>(() =>
            Read(matrix, new LegacyReading { Ids = shorter }).Count()).Message, StringComparison.Ordinal);
        Assert.Contains("without ids", Assert.Throws<DataFileException>(() => Read(matrix).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_ids_of_a_matrix_too()
    {
        byte[] ids = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(ids, long.MinValue);
        BinaryPrimitives.WriteInt64LittleEndian(ids.AsSpan(8), 7);
        string matrix = Numpy("m.npy", "<f4", "2, 1", MemoryMarshal.AsBytes<float>(new float[] { 1, 2 }).ToArray());
        VectorReport report = Inspect(Read(matrix, new LegacyReading { Ids = Numpy("i.npy", "<i8", "2,", ids) }));
        Assert.Equal(("integer", 2L), (report.KeyType, report.Rows));
    }

    [Fact]
    public void A_database_gives_its_rows_through_any_reader()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = """
            CREATE TABLE v (id, vector);
            INSERT INTO v VALUES (-9223372036854775808, '[1, 2.5]'), ('耳机', x'0000803F00000040'), ('n', NULL);
            SELECT * FROM v;
            """;
        using SqliteDataReader reader = command.ExecuteReader();
        KeyedVector[] rows = [.. LegacyVectors.Read(reader)];
        Assert.Equal(["-9223372036854775808", "耳机", "n"], rows.Select(row => row.Key));
        Assert.Equal([1f, 2.5f], rows[0].Vector.ToArray());
        Assert.Equal([1f, 2f], rows[1].Vector.ToArray());
        Assert.True(rows[2].Vector.IsEmpty);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("\u0080\u0004\u0095", "Python pickle")]
    [InlineData("title,price\nx,1\n", "no column holds id")]
    public void What_holds_no_vectors_is_named(string content, string reason)
    {
        string file = _folder.File("x");
        File.WriteAllBytes(file, System.Text.Encoding.Latin1.GetBytes(content));
        Assert.Contains(reason, Assert.Throws<DataFileException>(() => Read(file).Count()).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<KeyedVector> Read(string file, LegacyReading? reading = null) =>
        LegacyVectors.Read(file, reading, TestContext.Current.CancellationToken);

    private static VectorReport Inspect(IEnumerable<KeyedVector> rows, RecordStore? catalog = null) =>
        VectorInspection.Of(rows, catalog, cancellationToken: TestContext.Current.CancellationToken);

    private static void AssertOdd(IEnumerable<KeyedVector> rows)
    {
        KeyedVector[] read = [.. rows];
        Assert.Equal(Odd, read.Select(row => row.Key));
        Assert.All(read.Index(), row => Assert.Equal([row.Index, 0.5f], row.Item.Vector.ToArray()));
        VectorReport report = Inspect(read);
        Assert.Equal((0, 0, 0, "text"), (report.NotIds, report.Merged, report.Duplicates, report.KeyType));
    }

    private static int RunesOf(string text) => text.EnumerateRunes().Count();

    private string Write(string name, string content)
    {
        File.WriteAllText(_folder.File(name), content);
        return _folder.File(name);
    }

    private string Numpy(string name, string type, string shape, byte[] data)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + "\n";
        File.WriteAllBytes(_folder.File(name), [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(header), .. data]);
        return _folder.File(name);
    }
}
