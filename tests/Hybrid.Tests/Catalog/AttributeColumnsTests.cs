using Hybrid.Catalog;
using Hybrid.Catalog.Files;

namespace Hybrid.Tests.Catalog;

public sealed class AttributeColumnsTests
{
    [Fact]
    public void A_column_with_a_value_that_is_no_number_is_text_for_all_rows_as_they_were_written()
    {
        (List<string> items, bool mixed) = Settled("id,title,code,size,new,year\nP1,a,12.50,7,true,2024\nP2,b,7E3,8,yes,2025\nP3,c,007,,false,2026\n");
        Assert.True(mixed);
        Assert.Equal(
            [
                "code Text 12.50, new Text true, size Number 7, year Number 2024",
                "code Text 7E3, new Text yes, size Number 8, year Number 2025",
                "code Text 007, new Text false, year Number 2026",
            ],
            items);
    }

    [Fact]
    public void Numbers_and_truths_in_one_JSON_column_are_text_too()
    {
        (List<string> items, _) = Settled("""
            {"id":"P1","title":"a","attributes":{"code":12.50,"flag":true,"rank":1}}
            {"id":"P2","title":"b","attributes":{"code":"x","flag":0,"rank":2e1}}
            {"id":"P3","title":"c","code":12345678901234567890,"rank":null}
            """);
        Assert.Equal(["code Text 12.50, flag Text true, rank Number 1", "code Text x, flag Text 0, rank Number 2e1", "code Text 12345678901234567890"], items);
    }

    [Fact]
    public void Columns_of_one_kind_leave_their_items_as_they_are()
    {
        var columns = new AttributeColumns(MissingWords.Default);
        Item item = With(("year", 2024), ("new", true), ("color", "red"));
        columns.Observe(item);
        columns.Observe(With(("year", 2025)));
        Assert.False(columns.NeedSettling);
        Assert.Same(item, columns.Settle(item));

        columns.Observe(With(("size", 1)));
        columns.Observe(With(("size", "L")));
        Assert.True(columns.NeedSettling);
        Assert.Same(item, columns.Settle(item));
        Item settled = columns.Settle(With(("size", 1), ("year", 2024)) with { Title = "kept" });
        Assert.Equal(("kept", "1", 2024.0), (settled.Title, settled.Attributes["size"].Text, settled.Attributes["year"].Number));
    }

    [Fact]
    public void A_list_stays_one_and_leaves_the_kinds_of_the_others_alone()
    {
        (List<string> items, bool mixed) = Settled("""
            {"id":"P1","title":"a","attributes":{"tags":["x","y"],"size":[1,"L"],"mix":[1]}}
            {"id":"P2","title":"b","attributes":{"tags":"x","size":2,"mix":3}}
            {"id":"P3","title":"c","attributes":{"mix":"four","tags":[null]}}
            """);
        Assert.True(mixed);
        Assert.Equal(["mix List 1, size List 1|L, tags List x|y", "mix Text 3, size Number 2, tags Text x", "mix Text four"], items);
    }

    private static Item With(params (string Name, AttributeValue Value)[] attributes) =>
        new("P1") { Attributes = attributes.ToDictionary(a => a.Name, a => a.Value) };

    private static (List<string> Items, bool Mixed) Settled(string file)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(file));
        Item[] items = [.. ItemFile.Read(stream, "items", cancellationToken: TestContext.Current.CancellationToken)];
        var columns = new AttributeColumns(MissingWords.Default);
        foreach (Item item in items)
            columns.Observe(item);
        return ([.. items.Select(item => Shown(columns.Settle(item)))], columns.NeedSettling);
    }

    private static string Shown(Item item) =>
        string.Join(", ", item.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key} {a.Value.Kind} {a.Value}"));
}
