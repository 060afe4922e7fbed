using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog.Files;

/// <summary>Separators, headers, quotes and widths of rows.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("id,title,text\nP1,Lamp,a;b|c\nP2,Desk,\n")]
    [InlineData("id;title;text\nP1;Lamp;a, b and \"\"\nP2;Desk;x,y,z\n")]
    [InlineData("id\ttitle\ttext\nP1\tLamp\ta, b\nP2\tDesk\tx;y,z\n")]
    [InlineData("id|title|text\nP1|Lamp|a, b; c\nP2|Desk|\"x|y\"\n")]
    [InlineData("id::title::text\nP1::Lamp::a|b|c \"d\nP2::Desk::x\n")]
    [InlineData("sep=;\nid;title;text\nP1;Lamp;a\nP2;Desk;b\n")]
    [InlineData("\uFEFFsep=;\r\nid;title;text\r\nP1;Lamp;a\r\nP2;Desk;b\r\n")]
    [InlineData("\"sep=\t\"\nid\ttitle\nP1\tLamp\nP2\tDesk\n")]
    public void The_separator_is_found(string text)
    {
        FileRows rows = FileRows.Read(text.Replace(" and \"\"", "", StringComparison.Ordinal), new FileReadOptions { Map = ColumnMap.Parse("") });
        Assert.Empty(rows.Rejected);
        Assert.Equal(["P1", "P2"], rows.Items.Select(item => item.Id.Value));
        Assert.All(rows.Items, item => Assert.True(item.Title is "Lamp" or "Desk"));
    }

    [Theory]
    [InlineData("\\t", "id\ttitle\nP1\tLamp\n")]
    [InlineData("tab", "id\ttitle\nP1\tLamp\n")]
    [InlineData("~", "id~title\nP1~Lamp\n")]
    [InlineData("::", "id::title\nP1::Lamp\n")]
    public void A_separator_that_is_named_is_taken(string name, string text) =>
        Assert.Equal(["P1 Lamp"], FileRows.Read(text, new FileReadOptions { Delimiter = name }).Names);

    [Fact]
    public void What_separates_nothing_is_refused() => Assert.Throws<ArgumentException>(() => new FileReadOptions { Delimiter = "a" });

    [Fact]
    public void Quotes_escaped_by_a_backslash_are_read_and_cost_nobody_else()
    {
        FileRows rows = FileRows.Read("""
            id,title,text
            A,"5\" floppy disk","a \"rare\" one, in a box \\ bag"
            B,"ends with \",x
            C,plain,"C:\dir\"
            D,"5\"" disk",x
            """);
        Assert.Equal(["A 5\" floppy disk", "B ends with \\", "C plain"], rows.Names.Take(3));
        Assert.Equal(("a \"rare\" one, in a box \\ bag", "C:\\dir\\"), (rows.Items[0].Text, rows.Items.Single(item => item.Id.Value == "C").Text));
    }

    [Fact]
    public void Quotes_between_tabs_may_be_characters_like_others()
    {
        FileRows rows = FileRows.Read("id\ttitle\tnote\nP1\t5\" disk\tx\nP2\t\"Great\" Cats\ty\nP3\t\"open\tz\nP4\t\"tab\there\"\tw\n");
        Assert.Equal(["P1 5\" disk", "P2 \"Great\" Cats", "P3 \"open", "P4 tab\there"], rows.Names);
    }

    [Fact]
    public void Missing_and_surplus_empty_fields_at_the_end_are_empty()
    {
        FileRows rows = FileRows.Read("id,title,price\nP1,Lamp\nP2,Desk,3,,\n,,,,\nP3,Cup,4,x\n\nP4\n");
        Assert.Equal(["P1 Lamp", "P2 Desk"], rows.Names);
        Assert.Equal([null, 3.0], rows.Items.Select(item => item.Price));
        Assert.Equal(["items:5:1: the row has 4 fields and the header 3; quote a field that has a comma in it",
            "items:7:3: title is missing, and there is no text either; an item needs one of them"], rows.Rejected.Select(row => row.ToString()));
    }

    [Fact]
    public void A_column_that_comes_again_is_numbered_unless_it_holds_a_field()
    {
        FileRows rows = FileRows.Read("id,title,link,Link,link,link 2,,\nP1,Lamp,a,b,c,d,,\n");
        Assert.Equal(["Link 3=b", "link 2=d", "link 4=c", "link=a"],
            rows.Items.Single().Attributes.Select(a => $"{a.Key}={a.Value}").Order(StringComparer.Ordinal));
        Assert.Contains("names the column 'title' twice", FileRows.Refusal("id,title,Title\nP1,a,b\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_inside_the_file_is_skipped_and_counted()
    {
        FileRows rows = FileRows.Read("id,title\nP1,a\nID, title\nP2,b\nid,title\n");
        Assert.Equal(["P1 a", "P2 b"], rows.Names);
        Assert.Empty(rows.Rejected);
        Assert.Equal(["items: the header comes again in 2 rows, which were skipped."], rows.Notes);
    }

    [Theory]
    [InlineData("P1,Blue mug,12.50\nP2,Red mug,3\n")]
    [InlineData("P1,Blue mug\nP2,Red mug\n")]
    [InlineData("196\t242\t3\t881250949\n186\t302\t3\t891717742\n")]
    [InlineData("1::1193::5::978300760\n")]
    public void A_file_without_a_header_says_so(string text)
    {
        string refusal = FileRows.Refusal(text);
        Assert.StartsWith("items:1: the first row looks like data (", refusal, StringComparison.Ordinal);
        Assert.Contains("--header", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_of_unknown_names_is_not_taken_for_data() =>
        Assert.Contains("no column holds id", FileRows.Refusal("Nummer,Bezeichnung,2019\n1,a,2\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("196\t242\t3\t881250949\n186\t302\t3\t891717742\n")]
    [InlineData("196::242::3::881250949\n186::302::3::891717742\n")]
    [InlineData("user,item,rating,time\n196,242,3,881250949\n186,302,3,891717742\n")]
    public void A_header_that_is_given_names_the_columns(string text)
    {
        var options = new FileReadOptions { Header = ["user", "item", "rating", "time"], OnRejected = row => Assert.Fail(row.ToString()) };
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        Event[] events = [.. EventFile.Read(stream, "u.data", options, TestContext.Current.CancellationToken)];
        Assert.Equal([("196", "242", 881250949L), ("186", "302", 891717742L)],
            events.Select(e => (e.User.Value, e.Item.Value, e.Time!.Value.ToUnixTimeSeconds())));   // ! : each row has one
        // The same options serve a file of items, which has its own.
        Assert.Equal(["P1 Lamp"], FileRows.Read("id,title\nP1,Lamp\n", options).Names);
    }
}
