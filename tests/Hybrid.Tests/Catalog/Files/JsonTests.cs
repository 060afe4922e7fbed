using System.Text;
using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog.Files;

/// <summary>Shapes of JSON: lines, lists, objects over several lines, what is in an object.</summary>
public sealed class JsonTests
{
    [Theory]
    [InlineData("[{\"id\":\"P1\",\"title\":\"a\"},{\"id\":\"P2\",\"title\":\"b ] } { [\"}]")]
    [InlineData("\uFEFF [\n  {\n    \"id\": \"P1\",\n    \"title\": \"a\"\n  },\n  {\n    \"id\": \"P2\",\n    \"title\": \"b ] } { [\"\n  },\n]\n")]
    [InlineData("{\n  \"id\": \"P1\",\n  \"title\": \"a\"\n}\n{\n  \"id\": \"P2\", \"title\": \"b ] } { [\"\n}\n")]
    [InlineData("{\"id\":\"P1\",\"title\":\"a\"}\n{\"id\":\"P2\",\"title\":\"b ] } { [\"}\n")]
    [InlineData("[\r\r\n{\"id\":\"P1\",\"title\":\"a\"},\r\r\n{\"id\":\"P2\",\"title\":\"b ] } { [\"}\r\r\n]")]
    public void Lists_and_lines_and_objects_over_lines_are_read(string text)
    {
        FileRows rows = FileRows.Read(text);
        Assert.Empty(rows.Rejected);
        Assert.Equal(["P1 a", "P2 b ] } { ["], rows.Names);
    }

    [Theory]
    [InlineData("{\"id\":\"B\",\"title\":\"x\"", 3, 1)]                      // a brace is missing
    [InlineData("{\"id\":\"B\",\"tags\":[\"x\",\"title\":\"x\"}", 3, 25)]      // a bracket is missing
    [InlineData("{\"id\":\"B\",\"title\":\"x}", 3, 1)]                       // a quote is missing
    [InlineData("{\"id\":\"B\" \"title\":\"x\"}", 3, 11)]
    [InlineData("{\"id\":\"B\"}", 3, 1)]
    [InlineData("17", 3, 1)]
    [InlineData("\"text\"", 3, 1)]
    public void A_bad_object_in_a_list_costs_itself_and_its_place_is_right(string bad, int line, int column)
    {
        FileRows rows = FileRows.Read($"[\n{{\"id\":\"P1\",\"title\":\"a\"}},\n{bad},\n{{\"id\":\"P2\",\"title\":\"b\"}}\n]");
        Assert.Equal(["P1 a", "P2 b"], rows.Names);
        RejectedRow row = Assert.Single(rows.Rejected);
        Assert.Equal(line, row.Line);
        Assert.True(row.Column >= column, row.ToString());
    }

    [Fact]
    public void A_brace_too_many_costs_one_row()
    {
        FileRows list = FileRows.Read("[{\"id\":\"P1\",\"title\":\"a\"}},{\"id\":\"P2\",\"title\":\"b\"}]");
        Assert.Equal(["P1 a", "P2 b"], list.Names);
        Assert.Equal("items:1:25: a brace closes here that none has opened", Assert.Single(list.Rejected).ToString());
        FileRows both = FileRows.Read("[{\"id\":\"P0\",\"title\":\"o\"},{{\"id\":\"P1\",\"title\":\"a\"}},{\"id\":\"P2\",\"title\":\"b\"}]");
        Assert.Equal(["P0 o", "P1 a", "P2 b"], both.Names);
        Assert.Single(both.Rejected);
        FileRows lines = FileRows.Read("{\"id\":\"P1\",\"title\":\"a\"}}\n{\"id\":\"P2\",\"title\":\"b\"}\n");
        Assert.Equal(["P2 b"], lines.Names);
        Assert.Single(lines.Rejected);
    }

    [Fact]
    public void Objects_on_one_line_have_their_own_columns()
    {
        FileRows rows = FileRows.Read("[{\"id\":\"P1\",\"title\":\"é😀\"}, {\"id\":\"P2\",\"title\":\"b\",\"price\":[1,2]},\n {\"id\":\"P3\",\n  "
            + "\"title\":\"c\",\n  \"price\":true}]");
        Assert.Equal([(1L, 60), (2, 11)], rows.Rejected.Select(row => (row.Line, row.Column)));
    }

    [Fact]
    public void A_list_that_is_cut_short_says_so()
    {
        FileRows rows = FileRows.Read("[{\"id\":\"P1\",\"title\":\"a\"},\n{\"id\":\"P2\",\"ti");
        Assert.Equal(["P1 a"], rows.Names);
        Assert.Equal(2, rows.Rejected.Count);
        Assert.Contains("cut short", rows.Rejected[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_of_100_000_objects_on_one_line_is_read_as_it_comes()
    {
        const int Count = 100_000;
        var text = new StringBuilder("[");
        for (int i = 0; i < Count; i++)
            text.Append(i == 0 ? "" : ",").Append("{\"id\":\"P").Append(i).Append("\",\"title\":\"").Append('x', 100).Append("\"}");
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text.Append(']').ToString());
        using var stream = new MemoryStream(bytes);
        IEnumerable<Item> items = ItemFile.Read(stream, "items", null, TestContext.Current.CancellationToken);
        Assert.Equal("P9", items.ElementAt(9).Id.Value);
        Assert.InRange(stream.Position, 1, 1 << 17);   // no more was taken than one buffer holds
        stream.Position = 0;
        Assert.Equal(Count, items.Count());
    }

    [Fact]
    public void Members_of_objects_have_their_path_as_name()
    {
        FileRows rows = FileRows.Read("""
            {"id":"P1","title":"a","details":{"Brand":"Acme","Size":{"w":1.50}},"attributes":{"Parking":{"street":true},"id":"x"},"none":{}}
            """);
        Assert.Equal(["Parking.street=true", "details.Brand=Acme", "details.Size.w=1.50", "id=x"],
            rows.Items.Single().Attributes.Select(a => $"{a.Key}={a.Value}").Order(StringComparer.Ordinal));
        Assert.Equal(AttributeKind.Number, rows.Items[0].Attributes["details.Size.w"].Kind);
    }

    [Fact]
    public void Lists_of_objects_are_left_out_and_said_once_a_file_and_field()
    {
        FileRows rows = FileRows.Read("""
            {"id":"P1","title":"a","images":[{"large":"x"},[1,[2]],{"y":[{}]}],"tags":["s",null,2],"more":{"rows":[[1]]}}
            {"id":"P2","title":"b","images":[{"large":"y"}],"tags":[]}
            """);
        Assert.Equal(["P1 a", "P2 b"], rows.Names);
        Assert.Equal("s|2", rows.Items[0].Attributes.Single().Value.AsWritten);
        Assert.Equal(["items: the field images holds lists of objects or of lists: left out.",
            "items: the field more.rows holds lists of objects or of lists: left out."], rows.Notes);
    }

    [Fact]
    public void NaN_and_Infinity_are_values_of_their_field()
    {
        FileRows rows = FileRows.Read("""
            {"id":"P1","title":"NaN in a title \"Infinity","price":12.5,"depth":NaN}
            {"id":"P2","title":"b","depth":2.0,"tags":[NaN,-Infinity],"price": -Infinity, "x":1}
            """);
        Assert.Equal("P1 NaN in a title \"Infinity", rows.Names.First());
        Assert.Single(FileRows.Read("{\"id\":\"P1\",\"title\":\"a\",\"x\":[1Infinity]}\n").Rejected);
        Assert.All(rows.Rejected, row => Assert.Equal(("price", "-Infinity", 2L, 68), (row.Field, row.Value, row.Line, row.Column)));
    }
}
