using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Catalog.Exports;

public sealed class KnownExportsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Shopify_products_come_with_their_variants_and_without_drafts()
    {
        const string file = "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
            + """
            Variant SKU,Variant Inventory Qty,Variant Price,Image Src,Status
            knit-cap,Knit Cap,<p>Warm</p>,Northco,Apparel,Hats,"Wool, Winter",true,Size,S,Colour,Blue,KC-S,0,19.99,1.jpg,active
            knit-cap,,,,,,,,,M,,Red,KC-M,4,18.99,2.jpg,
            knit-cap,,,,,,,,,,,,,,,3.jpg,
            secret,Secret hat,,Northco,,Hats,,true,Title,Default Title,,,S1,3,5.00,,draft
            secret,,,,,,,,,,,,,,,4.jpg,
            sun-hat,Sun Hat,,Northco,Apparel,,Summer,true,Title,Default Title,,,SH,0,29.99,5.jpg,active

            """;
        (List<Item> items, FileColumns columns, List<ItemId> hidden) = ReadItems(file);
        Assert.Equal("Shopify products", columns.Export);
        Assert.Equal(["secret"], hidden);
        Assert.Equal(["knit-cap", "sun-hat"], items.Select(item => item.Id.Value));
        Item cap = items[0];
        Assert.Equal(("Knit Cap", "<p>Warm</p>", "Northco", "Hats", 18.99, true), (cap.Title, cap.Text, cap.Brand, cap.Category, cap.Price, cap.InStock));
        Assert.Equal("S|M", cap.Attributes["Size"].AsWritten);
        Assert.Equal("Blue|Red", cap.Attributes["Colour"].AsWritten);
        Assert.Equal("Wool|Winter", cap.Attributes["Tags"].AsWritten);
        Assert.Equal("KC-S|KC-M", cap.Attributes["Variant SKU"].AsWritten);
        Assert.Equal(("Apparel", false), (items[1].Category, items[1].InStock));
        Assert.DoesNotContain("Title", items[1].Attributes.Keys);
    }

    [Fact]
    public void WooCommerce_variations_belong_to_their_product_wherever_they_stand()
    {
        const string file = "ID,Type,SKU,Name,Published,Visibility in catalog,Short description,Description,In stock?,Stock,Sale price,Regular price,"
            + """
            Categories,Tags,Images,Parent,Attribute 1 name,Attribute 1 value(s)
            10,variable,TEE,Cotton tee,1,visible,Short,,1,,,,"Clothing > Tees, Sale",cotton,a.jpg,,Color,"Red, Blue"
            11,simple,CUP,Cup,1,visible,,A cup,0,,4.50,5.00,Kitchen,,b.jpg,,,
            12,simple,OLD,Old cup,-1,visible,,A cup,1,,,5.00,Kitchen,,,,,
            13,variation,TEE-R,Cotton tee - Red,1,visible,,,1,3,9.00,12.00,,,,id:10,Color,Red
            14,variation,TEE-B,Cotton tee - Blue,1,visible,,,0,0,,12.00,,,,TEE,Color,Blue

            """;
        var late = new List<Item>();
        (List<Item> items, FileColumns columns, List<ItemId> hidden) = ReadItems(file, late);
        Assert.Equal("WooCommerce products", columns.Export);
        Assert.Equal(["10", "11"], items.Select(item => item.Id.Value));
        Assert.Equal(["12"], hidden);
        Assert.Equal(("Clothing > Tees|Sale", "Short", null), (items[0].Category, items[0].Text, items[0].Price));
        Assert.Equal(4.5, items[1].Price);
        Assert.Equal([("10", 9.0, true), ("10", 12.0, false)], late.Select(item => (item.Id.Value, item.Price!.Value, item.InStock!.Value)));
    }

    [Fact]
    public void A_Google_Merchant_feed_says_stock_in_words_and_prices_with_their_currency()
    {
        const string file = "id,title,description,link,image link,availability,price,brand,product type,google product category,item group id\n"
            + "A,Blue mug,A mug,https://x,https://y,in stock,12.99 USD,Acme,Home > Mugs,Kitchen,G1\nB,Red mug,A mug,https://x,https://y,preorder,9 "
                + "USD,Acme,,Kitchen,G1\n";
        (List<Item> items, FileColumns columns, _) = ReadItems(file);
        Assert.Equal("Google Merchant feed", columns.Export);
        Assert.Equal([("Home > Mugs", 12.99, true), ("Kitchen", 9.0, false)], items.Select(i => (i.Category!, i.Price!.Value, i.InStock!.Value)));
        Assert.Equal("G1", items[0].Attributes["item group id"].Text);
    }

    [Theory]
    [InlineData("MovieLens movies", "movieId,title,genres\n1,Toy Story (1995),Adventure|Comedy\n", "1 Toy Story (1995) [Adventure|Comedy]")]
    [InlineData("MovieLens movies", "movieId,title,genres\n2,Unseen,(no genres listed)\n", "2 Unseen []")]
    [InlineData("RecBole items", "item_id:token,movie_title:token_seq,class:token_seq\n1,Toy Story,Adventure Comedy\n", "1 Toy Story [Adventure|Comedy]")]
    [InlineData("H&M articles", "article_id,product_code,prod_name,product_type_name,detail_desc\n0108775015,0108775,Strap top,Vest top,Jersey\n",
        "0108775015 Strap top [Vest top]")]
    [InlineData("Instacart products", "product_id,product_name,aisle_id,department_id\n1,Sandwich Cookies,61,19\n", "1 Sandwich Cookies []")]
    [InlineData("Amazon Reviews metadata",
        "{\"main_category\":\"Home\",\"title\":\"Kettle\",\"features\":[\"1.7 "
            + "l\",\"steel\"],\"description\":[],\"price\":null,\"store\":\"Northco\",\"categories\":[\"Home\",\"Kitchen\"],\"parent_asin\":\"B01\"}\n",
        "B01 Kettle [Home|Kitchen]")]
    [InlineData("Yelp businesses", "{\"business_id\":\"b1\",\"name\":\"Cafe\",\"stars\":4.5,\"categories\":\"Coffee & Tea, Food\"}\n",
        "b1 Cafe [Coffee & Tea|Food]")]
    public void Items_of_known_data_sets_need_no_map(string export, string file, string expected)
    {
        (List<Item> items, FileColumns columns, _) = ReadItems(file);
        Assert.Equal(export, columns.Export);
        Assert.Equal([expected], items.Select(item => $"{item.Id} {item.Title} [{item.Category}]"));
    }

    [Theory]
    [InlineData("MovieLens ratings", "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n", "1 31 2.5 2009-12-14 ")]
    [InlineData("RecBole interactions", "user_id:token,item_id:token,rating:float,timestamp:float\n196,242,3.0,881250949\n", "196 242 3.0 1997-12-04 ")]
    [InlineData("Retailrocket events", "timestamp,visitorid,event,itemid,transactionid\n1433221332117,257597,view,355908,\n", "257597 355908 view 2015-06-02 ")]
    [InlineData("REES46 events",
        "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n2019-10-01 00:00:07 "
            + "UTC,cart,1004237,2,a.b,x,9.9,541,s-1\n",
        "541 1004237 cart 2019-10-01 s-1")]
    [InlineData("Instacart orders", "order_id,product_id,add_to_cart_order,reordered\n2,33120,1,1\n", "2 33120 purchase  2")]
    [InlineData("H&M transactions", "t_dat,customer_id,article_id,price,sales_channel_id\n2018-09-20,c1,0663713001,0.05,2\n",
        "c1 0663713001 purchase 2018-09-20 ")]
    [InlineData("Amazon Reviews",
        "{\"rating\":5.0,\"title\":\"Good\",\"parent_asin\":\"B01\",\"user_id\":\"AE\",\"timestamp\":1588687728923}\n",
        "AE B01 5.0 2020-05-05 ")]
    [InlineData("Yelp reviews", "{\"review_id\":\"r\",\"user_id\":\"u\",\"business_id\":\"b\",\"stars\":3.0,\"date\":\"2018-07-07 22:09:11\"}\n",
        "u b 3.0 2018-07-07 ")]
    public void Events_of_known_data_sets_need_no_map(string export, string file, string expected)
    {
        FileColumns? columns = null;
        var options = new FileReadOptions { OnColumns = c => columns = c, OnRejected = row => Assert.Fail(row.ToString()) };
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(file));
        Event happened = EventFile.Read(stream, "events", options, Token).Single();
        Assert.Equal(export, columns?.Export);
        Assert.Equal(expected, $"{happened.User} {happened.Item} {happened.Kind} {happened.Time:yyyy-MM-dd} {happened.Session}");
    }

    [Theory]
    [InlineData("196\t242\t3\t881250949\n186\t302\t3\t891717742\n", "196 242 3, 186 302 3")]
    [InlineData("1::1193::5::978300760\n1::661::3::978302109\n", "1 1193 5, 1 661 3")]
    public void Ratings_of_MovieLens_need_no_header(string file, string expected)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(file));
        Assert.Equal(expected, string.Join(", ", EventFile.Read(stream, "ratings", null, Token).Select(e => $"{e.User} {e.Item} {e.Kind}")));
    }

    [Fact]
    public void Films_of_MovieLens_need_no_header()
    {
        (List<Item> items, _, _) = ReadItems("1::Toy Story (1995)::Animation|Children's\n2::Jumanji (1995)::Adventure\n");
        Assert.Equal(["1 Toy Story (1995) Animation|Children's", "2 Jumanji (1995) Adventure"],
            items.Select(item => $"{item.Id} {item.Title} {item.Category}"));
    }

    [Fact]
    public void An_event_of_GA4_is_a_row_for_each_of_its_items()
    {
        const string file = """
            {"event_timestamp":"1612069510766593","event_name":"view_item","event_params":PARAMS,"user_pseudo_id":"1.2","items":ITEMS}
            {"event_timestamp":"1612069510766594","event_name":"page_view","event_params":[],"user_pseudo_id":"1.2","items":[]}
            {"event_timestamp":"1612069510766595","event_name":"purchase","user_id":"u9","user_pseudo_id":"1.2","items":[{"item_id":"A1"}]}

            """;
        string rows = file.Replace("PARAMS", """[{"key":"page","value":{"string_value":"p"}},{"key":"ga_session_id","value":{"int_value":"77"}}]""",
            StringComparison.Ordinal).Replace("ITEMS", """[{"item_id":"A1"},{"item_id":"(not set)"},{"item_id":"A2"}]""", StringComparison.Ordinal);
        var notes = new List<string>();
        var options = new FileReadOptions { OnNote = notes.Add, OnRejected = row => Assert.Fail(row.ToString()) };
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(rows));
        List<Event> events = [.. EventFile.Read(stream, "ga4", options, Token)];
        Assert.Equal(["1.2 A1 view_item 77", "1.2 A2 view_item 77", "u9 A1 purchase "], events.Select(e => $"{e.User} {e.Item} {e.Kind} {e.Session}"));
        Assert.Equal(["ga4: 1 event is on no item: left out."], notes);
    }

    [Fact]
    public void A_map_goes_before_what_the_export_says()
    {
        const string file = "movieId,title,genres,plot\n1,Toy Story,Comedy,Toys live\n";
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(file));
        Item item = ItemFile.Read(stream, "movies.csv", new FileReadOptions { Map = ColumnMap.Parse("category=plot,text=genres") }, Token).Single();
        Assert.Equal(("Toys live", "Comedy"), (item.Category, item.Text));
    }

    [Fact]
    public void A_file_of_events_that_is_given_as_items_is_called_what_it_is()
    {
        DataFileException refusal = Assert.Throws<DataFileException>(() => ReadItems("userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n"));
        Assert.Contains("these are MovieLens ratings, which are events and no items", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_became_of_each_column_is_told()
    {
        (_, FileColumns columns, _) = ReadItems("movieId,title,genres,year\n1,Toy Story,Comedy,1995\n");
        Assert.Equal(["movieId id 1", "title title Toy Story", "genres category Comedy", "year attribute 1995"],
            columns.Columns.Select(c => $"{c.Name} {c.Becomes} {c.Example}"));
    }

    private static (List<Item> Items, FileColumns Columns, List<ItemId> Hidden) ReadItems(string file, List<Item>? late = null)
    {
        FileColumns? columns = null;
        var hidden = new List<ItemId>();
        var options = new FileReadOptions
        {
            OnColumns = c => columns = c,
            OnHidden = hidden.Add,
            OnRejected = row => Assert.Fail(row.ToString()),
            OnVariant = late is null ? null : item =>
            {
                late.Add(item);
                return true;
            },
        };
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(file));
        List<Item> items = [.. ItemFile.Read(stream, "items", options, Token)];
        return (items, columns!, hidden);   // ! : told at the end of a file at the latest
    }
}
