using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog.Files;

/// <summary>Encodings and line ends.</summary>
public sealed class TextTests
{
    private const string Shop = "id,title\nP1,Café\nP2,Straße\n";

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("utf-32", true)]
    public void Unicode_is_known_with_and_without_its_mark(string name, bool hasMark)
    {
        var encoding = System.Text.Encoding.GetEncoding(name);
        foreach (string text in (string[])[Shop, "{\"id\":\"P1\",\"title\":\"Café\"}\n{\"id\":\"P2\",\"title\":\"Straße\"}\n"])
        {
            FileRows rows = FileRows.Read([.. hasMark ? encoding.GetPreamble() : [], .. encoding.GetBytes(text)]);
            Assert.Empty(rows.Rejected);
            Assert.Equal(["P1 Café", "P2 Straße"], rows.Names);
        }
    }

    [Theory]
    [InlineData("windows-1252", "P1,Café\nP2,5 €\n")]
    [InlineData("cp1252", "P1,Café\n")]
    [InlineData("gbk", "P1,降噪耳机\nP2,蓝色杯子\n")]
    [InlineData("Shift_JIS", "P1,ノイズ\n")]
    [InlineData("latin1", "P1,Café\n")]
    public void Another_encoding_is_read_when_it_is_named(string name, string rows)
    {
        System.Text.EncodingProvider pages = System.Text.CodePagesEncodingProvider.Instance;
        var encoding = pages.GetEncoding(name == "cp1252" ? "windows-1252" : name) ?? System.Text.Encoding.GetEncoding(name);
        FileRows read = FileRows.Read(encoding.GetBytes("id,title\n" + rows), new FileReadOptions { Encoding = name });
        Assert.Empty(read.Rejected);
        Assert.Equal(rows.Replace(',', ' ').Split('\n', StringSplitOptions.RemoveEmptyEntries), read.Names);
    }

    [Fact]
    public void Bytes_that_a_named_encoding_does_not_have_cost_their_row()
    {
        FileRows rows = FileRows.Read([.. "id,title\nP1,a\nP2,b"u8, 0x81, 0xFF, .. "c\nP3,d\n"u8], new FileReadOptions { Encoding = "shift_jis" });
        Assert.Equal(["P1 a", "P3 d"], rows.Names);
        Assert.StartsWith("items:3:5: what stands here is not shift_jis", Assert.Single(rows.Rejected).ToString(), StringComparison.Ordinal);
        byte[] half = [.. System.Text.Encoding.Unicode.GetPreamble(), .. System.Text.Encoding.Unicode.GetBytes("id,title\nP1,a\nP2,b"), 0x00, 0xD8, 0x63, 0];
        Assert.Equal(["P1 a"], FileRows.Read(half).Names);
    }

    [Fact]
    public void A_file_of_another_encoding_is_refused_as_a_whole_with_a_guess()
    {
        string rows = string.Concat(Enumerable.Range(0, 50).Select(i => $"P{i},Café für Gäste, größer\n"));
        byte[] western = System.Text.Encoding.Latin1.GetBytes("id,title\n" + rows);
        Assert.Contains("it looks like windows-1252: --encoding windows-1252", FileRows.Refusal(western), StringComparison.Ordinal);
        byte[] chinese = CodePagesEncodingProvider.Instance.GetEncoding("gbk")!.GetBytes(   // ! : the provider has it
            "id,title\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"P{i},无线降噪耳机蓝牙长续航\n")));
        Assert.Matches("--encoding gb", FileRows.Refusal(chinese));
        byte[] header = [.. "id,title,gr"u8, 0xF6, 0xDF, .. "e\nP1,a,b\n"u8];
        Assert.Contains("the header cannot be read", FileRows.Refusal(header), StringComparison.Ordinal);
    }

    [Fact]
    public void A_few_bad_lines_among_good_ones_cost_themselves_only()
    {
        byte[] bytes = [.. System.Text.Encoding.UTF8.GetBytes("id,title\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"P{i},Café\n"))),
            .. "Q1,caf"u8, 0xE9, .. "\nQ2,caf"u8, 0xE9, .. "\nQ3,caf"u8, 0xE9, .. "\nQ4,caf"u8, 0xE9, .. "\n"u8];
        FileRows rows = FileRows.Read(bytes);
        Assert.Equal((50, 4), (rows.Items.Count, rows.Rejected.Count));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    [InlineData("\r\r\n")]
    public void Every_line_end_is_one_and_the_lines_are_counted_right(string end)
    {
        string[] lines = ["id,title,price", "P1,Lamp\u2028of\u0085two,1", "", "P2,\"Desk", "top\",2", "P3,Bad,x", "P4,Cup,3"];
        foreach (string text in (string[])[string.Join(end, lines), string.Join(end, lines) + end])
        {
            using var dribble = new Dribble(System.Text.Encoding.UTF8.GetBytes(text));
            foreach (FileRows rows in (FileRows[])[FileRows.Read(text), FileRows.Read(dribble)])
            {
                Assert.Equal(["P1 Lamp\u2028of\u0085two", "P2 Desk\ntop", "P4 Cup"], rows.Names);
                Assert.Equal(6, Assert.Single(rows.Rejected).Line);
            }
        }
    }

    [Fact]
    public void Line_ends_may_be_mixed_in_one_file()
    {
        FileRows rows = FileRows.Read("id,title\r\nP1,a\nP2,b\rP3,c\r\r\nP4,d\r\rP5,\n\n");
        Assert.Equal(["P1 a", "P2 b", "P3 c", "P4 d"], rows.Names);
        Assert.Equal(7, Assert.Single(rows.Rejected).Line);
    }

    [Fact]
    public void An_encoding_that_there_is_not_is_refused()
    {
        Assert.Contains("windows-1252", Assert.Throws<ArgumentException>(() => new FileReadOptions { Encoding = "klingon" }).Message, StringComparison.Ordinal);
    }

    /// <summary>A stream that gives one byte at a time.</summary>
    private sealed class Dribble(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
