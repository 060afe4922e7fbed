using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Tests.Indexing.Filters;

public sealed class FilterTests
{
    private static readonly Item Headphones = new("P1")
    {
        Category = "audio",
        Brand = "O'Neil \"Sound\" \\ Co",
        Price = 49.5,
        InStock = true,
        Attributes = new Dictionary<string, AttributeValue> { ["year"] = 2024, ["color"] = "night blue", ["new"] = true },
    };

    private static readonly Item Bare = new("P2");

    [Theory]
    [InlineData("category == \"audio\" and price < 50 and id not in [\"P7\", 'P8']", true, false)]
    [InlineData("category == 'audio'", true, false)]
    [InlineData("category != \"phones\"", true, false)]
    [InlineData("price >= 49.5 && price <= 4.95e1", true, false)]
    [InlineData("10 < price <= 49.5", true, false)]
    [InlineData("49.5 > price", false, false)]
    [InlineData("price > -1", true, false)]
    [InlineData("in_stock == true", true, false)]
    [InlineData("in_stock != false || id == \"P2\"", true, true)]
    [InlineData("id in [\"P1\", \"P2\"]", true, true)]
    [InlineData("category in []", false, false)]
    [InlineData("category not in [\"audio\"]", false, true)]
    [InlineData("not category == \"audio\"", false, true)]
    [InlineData("!(price < 50) or brand like \"O'Neil%\"", true, true)]
    [InlineData("category like \"au_io\"", true, false)]
    [InlineData("category like \"%di%\"", true, false)]
    [InlineData("category like \"audi\"", false, false)]
    [InlineData("category like \"a%\\%\"", false, false)]
    [InlineData("attributes[\"year\"] > 2020", true, false)]
    [InlineData("attributes['year'] == \"2024\"", true, false)]
    [InlineData("attributes['year'] != \"2024\"", false, false)]
    [InlineData("attributes['year'] == \"2024.0\" or attributes[\"color\"] == 2024", false, false)]
    [InlineData("attributes['year'] in [\"2024\"] and attributes['year'] in [2024] and attributes['year'] not in [true, \"2025\"]", true, false)]
    [InlineData("attributes['year'] like \"20__\" and \"2023\" < attributes['year'] < \"3\"", true, false)]
    [InlineData("attributes['new'] == \"true\" and attributes['new'] in [true] and attributes['new'] like \"t%\"", true, false)]
    [InlineData("attributes['new'] in [false, \"false\"] or attributes['year'] == true or attributes['new'] == 1", false, false)]
    [InlineData("attributes[\"color\"] < 5 or attributes[\"color\"] > 5 or attributes['color'] in [5]", false, false)]
    [InlineData("price > .5e-3 and price < 5E+2", true, false)]
    [InlineData("attributes[\"color\"] == \"night blue\" and attributes[\"new\"] == true", true, false)]
    [InlineData("exists attributes[\"year\"]", true, false)]
    [InlineData("attributes[\"nothing\"] != 1", false, false)]
    [InlineData("category == \"x\" or category == \"audio\" and price > 100", false, false)]
    [InlineData("not price > 100 and price < 50", true, false)]
    public void An_expression_matches_what_it_says_and_a_missing_value_matches_no_condition(string expression, bool headphones, bool bare)
    {
        Filter filter = Filter.Parse(expression);
        Assert.Equal((headphones, bare), (filter.Matches(Headphones), filter.Matches(Bare)));
        Filter again = Filter.Parse(filter.ToString());
        Assert.Equal(filter.ToString(), again.ToString());
        Assert.Equal((headphones, bare), (again.Matches(Headphones), again.Matches(Bare)));
    }

    [Theory]
    [InlineData("", 1, "expected a value: a number, a text in quotes, true or false, found the end.")]
    [InlineData("categry == \"a\"", 1, "unknown field 'categry'. Did you mean category? Fields: id, category, brand, price, in_stock, attributes[\"name\"].")]
    [InlineData("colour == \"a\"", 1, "An attribute is written attributes[\"colour\"].")]
    [InlineData("price = 3", 7, "'=' does not belong here. Equality is written ==.")]
    [InlineData("price == \"3\"", 10, "price is a number, so it cannot be compared with \"3\" here")]
    [InlineData("category == 3", 13, "category is text, so it cannot be compared with '3' here")]
    [InlineData("in_stock > true", 10, "true and false compare with == and != only.")]
    [InlineData("price < 50 and", 15, "found the end")]
    [InlineData("(price < 50", 12, "expected ')', found the end.")]
    [InlineData("price < 50)", 11, "expected and, or, or the end, found ')'.")]
    [InlineData("id in [\"a\" \"b\"]", 12, "expected ',', found \"b\".")]
    [InlineData("category == \"audio", 13, "the text that begins here has no closing \".")]
    [InlineData("category == “audio”", 13, "Quotes are \" or '.")]
    [InlineData("category == \"a\\q\"", 15, "'\\q' is no escape; a backslash itself is written \\\\.")]
    [InlineData("price < 1e999", 9, "'1e999' is not a number.")]
    [InlineData("price < 3x", 9, "'3x' is not a number.")]
    [InlineData("price == 0x10", 10, "'0x10' is not a number.")]
    [InlineData("price == -", 11, "expected a value")]
    [InlineData("category == \"\\uD83D\"", 13, "half of a surrogate pair")]
    [InlineData("category == \"\\u12\"", 14, "'\\u' is no escape")]
    [InlineData("category == 'a\\", 13, "the text that begins here has no closing '.")]
    [InlineData("\0", 1, "'\uFFFD' does not belong here.")]
    [InlineData("price like \"3%\"", 12, "like reads text")]
    [InlineData("exists price", 8, "exists asks for an attribute")]
    public void A_malformed_expression_is_refused_with_the_place_and_what_was_expected(string expression, int column, string reason)
    {
        var refusal = Assert.Throws<FilterException>(() => Filter.Parse(expression));
        Assert.Equal(column, refusal.Column);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        string[] lines = refusal.Message.Split(Environment.NewLine);
        Assert.Equal(column + 2, lines[^1].Length);
        Assert.StartsWith($"Malformed filter at column {column}: ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_input_is_refused_and_not_followed_down()
    {
        Assert.Contains("nested more than", Assert.Throws<FilterException>(() => Filter.Parse(new string('(', 10_000))).Message, StringComparison.Ordinal);
        Assert.Contains("found the end", Assert.Throws<FilterException>(() => Filter.Parse(new string(' ', 1_000_000))).Message, StringComparison.Ordinal);
        Assert.Throws<FilterException>(() => Filter.Parse(new string('(', 10_000) + "1"));
        Assert.True(Filter.Parse(string.Concat(Enumerable.Repeat("not ", 10_000)) + "id == \"P1\"").Matches(Headphones));
    }

    [Fact]
    public void Values_from_users_are_bound_and_never_pasted()
    {
        string[] hostile = ["\"] or id != \"", "a\\", "'", "日本 \u0001? no: \u00e9", "\"", "%_"];
        ItemId[] ids = [.. hostile.Where(h => ItemId.TryParse(h, null, out _)).Select(h => new ItemId(h))];
        Assert.True(ids.Length >= 4);
        Filter notThem = Filter.And(Filter.NotIn(ids), Filter.Parse("id != \"P2\""));
        foreach (Filter filter in (Filter[])[notThem, Filter.Parse(notThem.ToString())])
        {
            Assert.All(ids, id => Assert.False(filter.Matches(new Item(id))));
            Assert.True(filter.Matches(Headphones));
            Assert.False(filter.Matches(Bare));
        }
        Assert.True(Filter.NotIn([]).Matches(Bare));
    }

    [Fact]
    public void Random_expressions_match_as_a_naive_evaluation_does_and_survive_their_own_text()
    {
        const int Seed = 20261123;
        var random = new Random(Seed);
        string[] words = ["a", "b", "c"];
        for (int round = 0; round < 2_000; round++)
        {
            (string text, Func<Item, bool> naive) = Tree(depth: 4);
            Filter filter = Filter.Parse(text);
            Filter again = Filter.Parse(filter.ToString());
            for (int i = 0; i < 10; i++)
            {
                var item = new Item($"P{random.Next(3)}")
                {
                    Category = random.Next(3) == 0 ? null : words[random.Next(3)],
                    Price = random.Next(3) == 0 ? null : random.Next(5),
                };
                Assert.True(naive(item) == filter.Matches(item), $"seed {Seed}, round {round}: {text} on {item}");
                Assert.True(filter.Matches(item) == again.Matches(item), $"seed {Seed}, round {round}: {text} and {filter}");
            }
        }

        (string, Func<Item, bool>) Tree(int depth)
        {
            if (depth == 0 || random.Next(4) == 0)
            {
                int price = random.Next(5);
                string word = words[random.Next(3)];
                return random.Next(5) switch
                {
                    0 => ($"price < {price}", i => i.Price < price),
                    1 => ($"{price} <= price", i => i.Price >= price),
                    2 => ($"category != '{word}'", i => i.Category is not null && i.Category != word),
                    3 => ($"category not in [\"{word}\", \"x\"]", i => i.Category != word),
                    _ => ($"id == \"P{price}\"", i => i.Id.Value == $"P{price}"),
                };
            }
            (string left, Func<Item, bool> l) = Tree(depth - 1);
            (string right, Func<Item, bool> r) = Tree(depth - 1);
            return random.Next(3) switch
            {
                0 => ($"({left}) and ({right})", i => l(i) && r(i)),
                1 => ($"({left}) || ({right})", i => l(i) || r(i)),
                _ => ($"not ({left})", i => !l(i)),
            };
        }
    }

    [Fact]
    public void Random_text_is_parsed_or_refused_and_nothing_else()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        string[] pieces =
        [
            "price", "id", "attributes", "[", "]", "(", ")", "\"x\"", "'", "3", "-", "<", "==", "and", "not", "in", "like", "true", ",", "\\", "é", " ",
            "exists", ".", "+", "*", "%", "/", "is", "null", "NOT", "array_length", "json_contains", "json_contains_all", "category", "in_stock", "0",
        ];
        for (int round = 0; round < 20_000; round++)
        {
            string text = string.Concat(
                Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)] + (random.Next(2) == 0 ? " " : "")));
            try
            {
                Filter.Parse(text).Matches(Headphones);
            }
            catch (FilterException refusal)
            {
                Assert.InRange(refusal.Column, 1, text.Length + 1);
            }
        }
    }
}
