using System.IO.Compression;
using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog;

public sealed class ItemFileTests
{
    [Theory]
    [InlineData("P1,Lamp,9.99\n,Lamp,1\nP3,Lamp,2\n", 3, 1, "id is missing")]
    [InlineData("P1,Lamp,9.99\nP\t2,Lamp,1\n", 3, 1, "is not an id: it holds the control character U+0009")]
    [InlineData("P1,Lamp,free\n", 2, 9, "price 'free' is not a finite number; write it like 12.99")]
    [InlineData("P1,Lamp,9.99 per kg\n", 2, 9, "price '9.99 per kg' is not a finite number")]
    [InlineData("P1,Lamp,1e999\n", 2, 9, "price '1e999' is not a finite number")]
    [InlineData("P1,Lamp,\"1,23,4\"\n", 2, 9, "price '1,23,4' is not a finite number")]
    [InlineData("P1, ,3\n", 2, 4, "title is missing, and there is no text either")]
    [InlineData("P1,Lamp,3,4\n", 2, 1, "the row has 4 fields and the header 3; quote a field that has a comma in it")]
    [InlineData("P1,5\" disk,3\n", 2, 5, "broken quote: a field with a quote in it must be quoted as a whole")]
    [InlineData("P1,\"Lamp\"s,3\n", 2, 10, "broken quote: after a closing quote comes a comma")]
    [InlineData("P1,\"Lamp,3\n", 2, 4, "broken quote: the quote that opens here is never closed")]
    public void A_bad_row_is_rejected_with_its_place_and_reason(string rows, long line, int column, string reason)
    {
        (_, List<RejectedRow> rejected) = Read("id,title,price\n" + rows);
        RejectedRow row = Assert.Single(rejected);
        Assert.Equal((line, column), (row.Line, row.Column));
        Assert.Contains(reason, row.Reason, StringComparison.Ordinal);
        Assert.StartsWith($"items.csv:{line}:{column}: ", row.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_of_more_than_100_bytes_is_rejected()
    {
        (List<Item> items, List<RejectedRow> rejected) = Read($"id,title\n{new string('é', 50)},fits\n{new string('é', 51)},does not\n");
        Assert.Single(items);
        Assert.Contains("102 UTF-8 bytes and 100 is the most", Assert.Single(rejected).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_cost_their_row_and_are_named()
    {
        byte[] bytes = [.. "id,title\nP1,good\nP2,caf"u8, 0xE9, .. "\nP3,good\n"u8];
        (List<Item> items, List<RejectedRow> rejected) = Read(bytes);
        Assert.Equal(["P1", "P3"], items.Select(i => i.Id.Value));
        RejectedRow row = Assert.Single(rejected);
        Assert.Equal((3, 7), (row.Line, row.Column));
        Assert.Equal("the byte 0xE9 is not UTF-8; it looks like windows-1252: --encoding windows-1252, or save the file as UTF-8", row.Reason);
    }

    [Fact]
    public void A_quote_that_is_never_closed_costs_one_row_whatever_follows()
    {
        (List<Item> items, List<RejectedRow> rejected) = Read(
            "id,title,text\nP1,a,b\nP2,\"broken,b\nP3,a,b\nP4,\"a, quoted\",\"over\ntwo lines\"\nP5,a,\"b\"\n");
        Assert.Equal(["P1", "P3", "P4", "P5"], items.Select(i => i.Id.Value));
        Assert.Equal("over\ntwo lines", items[2].Text);
        RejectedRow row = Assert.Single(rejected);
        Assert.Equal(3, row.Line);
        Assert.StartsWith("broken quote", row.Reason, StringComparison.Ordinal);
        Assert.Equal("P2,\"broken,b", row.Raw);
    }

    [Fact]
    public void A_line_longer_than_the_limit_is_skipped_in_bounded_memory()
    {
        (List<Item> items, List<RejectedRow> rejected) = Read($"id,title\nP1,a\nP2,{new string('x', 3_000_000)}\nP3,a\n");
        Assert.Equal(["P1", "P3"], items.Select(i => i.Id.Value));
        Assert.Contains("longer than", Assert.Single(rejected).Reason, StringComparison.Ordinal);
        Assert.True(rejected[0].Raw.Length < 2_000);
    }

    [Theory]
    [InlineData("id,title\r\nP1,Lamp\r\n\r\nP2,Desk\r\n")]
    [InlineData("\uFEFFid,title\nP1,Lamp\nP2,Desk")]
    [InlineData("item_id,NAME\nP1,\"Lamp\"\n\nP2,Desk\n")]
    [InlineData("{\"id\":\"P1\",\"title\":\"Lamp\"}\n\n{\"sku\":\"P2\",\"name\":\"Desk\"}\n")]
    public void Line_ends_marks_header_names_and_JSON_lines_all_read(string text)
    {
        foreach (byte[] bytes in (byte[][])[System.Text.Encoding.UTF8.GetBytes(text), Gzip(text)])
        {
            (List<Item> items, List<RejectedRow> rejected) = Read(bytes);
            Assert.Empty(rejected);
            Assert.Equal([("P1", "Lamp"), ("P2", "Desk")], items.Select(i => (i.Id.Value, i.Title)));
        }
    }

    [Fact]
    public void Other_columns_become_attributes_of_the_kind_that_their_value_has()
    {
        (List<Item> items, _) = Read("id,title,year,code,new,empty,in_stock\nP1,Lamp,2024,007,true,,12\nP2,Desk,1e3,x,no,,0\n");
        Assert.Equal([("code", (AttributeValue)"007"), ("new", true), ("year", 2024.0)], items[0].Attributes.OrderBy(a => a.Key).Select(a => (a.Key, a.Value)));
        Assert.Equal((true, false), (items[0].InStock, items[1].InStock));
        Assert.Equal("no", items[1].Attributes["new"].Text);
    }

    [Fact]
    public void JSON_values_keep_their_kinds_and_bad_lines_cost_themselves_only()
    {
        (List<Item> items, List<RejectedRow> rejected) = Read("""
            {"id":1,"title":"Lamp","price":"9.5","category":["home","light"],"attributes":{"size":"3","wide":true},"vector":[1,2],"none":null}
            [1]
            {"id":"P2","title":"x"
            {"id":"P3","title":"x","dimensions":{"w":1,"of":{"box":[2,3]}}}
            {"id":"P4","title":"x","price":false}
            """);
        Assert.Equal(["1", "P3"], items.Select(i => i.Id.Value));
        Assert.Equal([("dimensions.of.box", AttributeValue.OfList([2.0, 3.0])), ("dimensions.w", 1.0)],
            items[1].Attributes.OrderBy(a => a.Key).Select(a => (a.Key, a.Value)));
        Item item = items[0];
        Assert.Equal(("1", 9.5, "home|light"), (item.Id.Value, item.Price, item.Category));
        Assert.Equal([("size", (AttributeValue)"3"), ("wide", true)], item.Attributes.OrderBy(a => a.Key).Select(a => (a.Key, a.Value)));
        Assert.Equal([2, 3, 5], rejected.Select(r => r.Line));
    }

    [Fact]
    public void Half_of_a_surrogate_pair_as_an_escape_costs_its_row()
    {
        (List<Item> items, List<RejectedRow> rejected) = Read("""
            {"id":"P1","title":"\ud83d\ude00"}
            {"id":"P2","title":"é \ud83d"}
            {"id":"P3","title":"x","\udc00":1}
            {"id":"P4","title":"x","tags":["a","\ud83dx"]}
            {"id":"P5","title":"x"}
            """);
        Assert.Equal([("P1", "😀"), ("P5", "x")], items.Select(i => (i.Id.Value, i.Title)));
        Assert.Equal([(2L, 20), (3, 24), (4, 36)], rejected.Select(r => (r.Line, r.Column)));
        Assert.All(rejected, r => Assert.Contains("half of a surrogate pair", r.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void Places_in_a_JSON_line_are_counted_in_characters()
    {
        (_, List<RejectedRow> rejected) = Read("{\"id\":\"日本\",\"title\":\"降噪\",\"id\":{}}\n{\"id\":\"日本\",}\n{\"id\":\"日本\",\"id\":1}\n");
        Assert.Equal([(1L, 30), (2, 12), (3, 17)], rejected.Select(r => (r.Line, r.Column)));
    }

    [Fact]
    public void The_members_of_attributes_are_attributes_whatever_their_names()
    {
        (List<Item> items, List<RejectedRow> rejected) = Read("""
            {"id":"P1","title":"Lamp","attributes":{"id":"x","title":"y","name":"z","price":12.50,"vector":[1,2],"attributes":true,"":"e"}}
            {"attributes":{"title":"y"},"id":"P2"}
            {"id":"P3","title":"Lamp","color":"red","attributes":{"color":"blue"}}
            """);
        Item item = Assert.Single(items);
        Assert.Equal(("P1", "Lamp", null), (item.Id.Value, item.Title, item.Price));
        Assert.Equal(
            [("", "e"), ("attributes", "true"), ("id", "x"), ("name", "z"), ("price", "12.50"), ("title", "y"), ("vector", "1|2")],
            item.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => (a.Key, a.Value.AsWritten)));
        Assert.StartsWith("title is missing", rejected[0].Reason, StringComparison.Ordinal);
        Assert.Equal("the attribute 'color' comes twice", rejected[1].Reason);
    }

    [Fact]
    public void A_header_that_cannot_be_read_is_refused_and_no_row_takes_its_place()
    {
        byte[] bytes = [.. "id,caf"u8, 0xE9, .. ",title\nid,name,title\nP1,a,b\n"u8];
        Assert.Equal(
            "items.csv:1:7: the header cannot be read: the byte 0xE9 is not UTF-8; it looks like windows-1252: --encoding windows-1252, or save the "
                + "file as UTF-8",
            Refusal(bytes));
        Assert.StartsWith("items.csv:1:4: the header cannot be read: broken quote", Refusal("id,\"title\nid,title\nP1,Lamp\n"u8), StringComparison.Ordinal);
        byte[] tooLong = [.. "id,"u8, .. new byte[2_000_000], .. "\nid,title\n"u8];
        Assert.StartsWith("items.csv:1:1: the header cannot be read: the line is longer", Refusal(tooLong), StringComparison.Ordinal);

        static string Refusal(ReadOnlySpan<byte> file)
        {
            byte[] bytes = file.ToArray();
            return Assert.Throws<DataFileException>(() => Read(bytes)).Message;
        }
    }

    [Fact]
    public void Reasons_are_fit_for_a_terminal_and_raw_values_are_not_touched()
    {
        (_, List<RejectedRow> rejected) = Read("id,title,price\nP1,Lamp,\u001b[31mfree\u202e\nP\u001b2,Lamp,1\n");
        Assert.Equal("price '\uFFFD[31mfree\uFFFD' is not a finite number; write it like 12.99", rejected[0].Reason);
        Assert.Equal(("\u001b[31mfree\u202e", "P1,Lamp,\u001b[31mfree\u202e"), (rejected[0].Value, rejected[0].Raw));
        Assert.All(rejected, r => Assert.DoesNotContain('\u001b', r.ToString()));
        (_, rejected) = Read($"{{\"id\":\"P1\",\"\\u001b{new string('x', 5000)}\":1,\"\\u001b{new string('x', 5000)}\":2}}\n");
        Assert.StartsWith("the field '\uFFFDxxx", rejected.Single().Reason, StringComparison.Ordinal);
        Assert.True(rejected[0].Reason.Length < 200);
    }

    [Theory]
    [InlineData("", "it is empty")]
    [InlineData("name,price\nLamp,3\n", "no column holds id; the columns are name, price. Map one to it: id=column")]
    [InlineData("id,price\nP1,3\n", "no column holds title or text")]
    [InlineData("id,title,Title\nP1,3,4\n", "the header names the column 'title' twice")]
    public void A_file_without_a_usable_header_is_refused(string text, string reason)
    {
        Assert.Contains(reason, Assert.Throws<DataFileException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_without_a_name_are_ignored()
    {
        (List<Item> items, List<RejectedRow> rejected) = Read("id,title,,\nP1,Lamp,,x\n");
        Assert.Empty(Assert.Single(items).Attributes);
        Assert.Empty(rejected);
    }

    [Fact]
    public void A_map_names_other_columns_and_a_column_it_names_must_be_there()
    {
        var options = new FileReadOptions { Map = ColumnMap.Parse("title=Bezeichnung, price = Preis") };
        using var file = new MemoryStream("id,Bezeichnung,Preis,title\nP1,Lampe,3,other\n"u8.ToArray());
        Item item = Assert.Single(ItemFile.Read(file, "items.csv", options, TestContext.Current.CancellationToken));
        Assert.Equal(("Lampe", 3.0, "other"), (item.Title, item.Price, item.Attributes["title"].Text));

        using var without = new MemoryStream("id,title\nP1,Lamp\n"u8.ToArray());
        var refusal = Assert.Throws<DataFileException>(() => ItemFile.Read(without, "items.csv", options, TestContext.Current.CancellationToken).Count());
        Assert.Equal("items.csv:1: there is no column 'Bezeichnung', which the map gives to title; the columns are id, title", refusal.Message);
        Assert.Throws<FormatException>(() => ColumnMap.Parse("title"));
        Assert.Throws<FormatException>(() => ColumnMap.Parse("title=a,title=b"));
        Assert.Throws<FormatException>(() => ColumnMap.Parse("colour=a"));
    }

    [Fact]
    public void Gzip_that_is_cut_short_or_damaged_is_refused()
    {
        byte[] whole = Gzip("id,title\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"P{i},Lamp number {i * 7919 % 5003}\n")));
        foreach (int length in (int[])[whole.Length / 2, whole.Length - 1, whole.Length - 8, 20])
            Assert.Contains("gzip", Assert.Throws<DataFileException>(() => Read(whole[..length])).Message, StringComparison.Ordinal);
        byte[] damaged = [.. whole];
        damaged[whole.Length / 2] ^= 0x55;
        Assert.Throws<DataFileException>(() => Read(damaged));
        var missing = Assert.Throws<DataFileException>(() => ItemFile.Read("nowhere.csv", cancellationToken: TestContext.Current.CancellationToken).Count());
        Assert.Contains("does not exist", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gzip_with_any_byte_damaged_is_refused_or_reads()
    {
        const int Seed = 5;
        byte[] whole = Gzip("id,title\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"P{i},Lamp number {i * 7919 % 5003}\n")));
        var random = new Random(Seed);
        for (int round = 0; round < 2000; round++)   // a few of them are codes that SharpZipLib does not survive
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(10, damaged.Length)] ^= (byte)(1 << random.Next(8));
            Exception? failure = Record.Exception(() => Read(damaged));
            Assert.True(failure is null or DataFileException, $"seed {Seed}, round {round}: {failure}");
        }
    }

    [Fact]
    public void A_stream_that_fails_is_named()
    {
        using var stream = new Failing();
        var failure = Assert.Throws<DataFileException>(() => ItemFile.Read(stream, "items.csv", null, TestContext.Current.CancellationToken).Count());
        Assert.Equal("items.csv: it cannot be read: the disk is gone", failure.Message);
    }

    [Fact]
    public void Whatever_a_writer_quotes_reads_back_equal_also_a_byte_at_a_time()
    {
        const int Seed = 99;
        var random = new Random(Seed);
        string[] pieces = ["a", "é", "日", ",", "\"", "\n", " x ", "😀", ";", "'"];
        for (int round = 0; round < 200; round++)
        {
            string[][] rows = [.. Enumerable.Range(0, random.Next(1, 8)).Select(i => (string[])[$"P{i}", "t" + Text(), "d" + Text() + "."])];
            string csv = "id,title,text\n" + string.Concat(rows.Select(row => string.Join(',', row.Select(Field)) + (random.Next(2) == 0 ? "\n" : "\r\n")));
            using var stream = new Dribble(System.Text.Encoding.UTF8.GetBytes(csv));
            var rejected = new List<RejectedRow>();
            Item[] items = [.. ItemFile.Read(stream, "items.csv", new FileReadOptions { OnRejected = rejected.Add }, TestContext.Current.CancellationToken)];
            Assert.True(rejected.Count == 0, $"seed {Seed}, round {round}: {csv}");
            Assert.Equal(rows.Select(r => (r[0], r[1].Trim(), r[2])), items.Select(i => (i.Id.Value, i.Title, i.Text)));
        }

        string Text() => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => pieces[random.Next(pieces.Length)]));

        string Field(string value) =>
            random.Next(3) == 0 || value.AsSpan().ContainsAny(",\"\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }

    [Theory]
    [InlineData("movielens-small", "", 9_742)]
    [InlineData("movielens-small/zh", "", 1_606)]
    [InlineData("movietweetings-100k", "", 10_506)]
    [InlineData("online-retail", "price=median_price_gbp", 3_791)]
    public void Real_catalogues_read_whole(string set, string map, int count)
    {
        string path = RepositoryFiles.Shared(["data", .. set.Split('/'), "items.csv.gz"]);
        var rejected = new List<RejectedRow>();
        var options = new FileReadOptions { Map = ColumnMap.Parse(map), OnRejected = rejected.Add };
        Item[] items = [.. ItemFile.Read(path, options, TestContext.Current.CancellationToken)];
        Assert.Empty(rejected);
        Assert.Equal(count, items.Length);
        Assert.True(map.Length == 0 || items.All(i => i.Price > 0));
    }

    private static (List<Item> Items, List<RejectedRow> Rejected) Read(string text) => Read(System.Text.Encoding.UTF8.GetBytes(text));

    private static (List<Item> Items, List<RejectedRow> Rejected) Read(byte[] bytes)
    {
        var rejected = new List<RejectedRow>();
        using var stream = new MemoryStream(bytes);
        return ([.. ItemFile.Read(stream, "items.csv", new FileReadOptions { OnRejected = rejected.Add }, TestContext.Current.CancellationToken)], rejected);
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private sealed class Failing : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new IOException("the disk is gone");

        public override int Read(byte[] buffer, int offset, int count) => throw new IOException("the disk is gone");
    }

    /// <summary>A stream that gives one byte at a time.</summary>
    private sealed class Dribble(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }
}
