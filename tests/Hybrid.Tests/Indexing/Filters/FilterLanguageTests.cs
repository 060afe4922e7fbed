using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Tests.Indexing.Filters;

/// <summary>What Milvus writes and is read: words in either case, lists, nothing, numbers that are calculated.</summary>
public sealed class FilterLanguageTests
{
    private static readonly Item Film = new("F1")
    {
        Category = "Animation|Comedy | Drama",
        Price = 12,
        InStock = true,
        Attributes = new Dictionary<string, AttributeValue>
        {
            ["tags"] = AttributeValue.OfList(["new", "50%", 7, true, AttributeValue.OfCell("12.50"), "Pokémon"]),
            ["none"] = AttributeValue.OfList([]),
            ["size.width"] = 30,
            ["year"] = 1999,
            ["caf\u00e9"] = "cre\u0300me",
            ["text"] = "new",
        },
    };

    private static readonly Item Bare = new("F2");

    [Theory]
    [InlineData("price < 20 AND NOT id IN ['x'] OR FALSE == in_stock", true, false)]
    [InlineData("id Not In ['F1'] Or category LIKE 'Anim%' And EXISTS attributes['tags']", true, true)]
    [InlineData("in_stock == TRUE", true, false)]
    [InlineData("in_stock", true, false)]
    [InlineData("(in_stock) && price < 20", true, false)]
    [InlineData("not in_stock", false, true)]
    [InlineData("price IS NULL", false, true)]
    [InlineData("price is not null and attributes['year'] IS NOT NULL and in_stock is not null", true, false)]
    [InlineData("brand is null and attributes[\"colour\"] is null", true, true)]
    [InlineData("not (category is null)", true, false)]
    public void Words_are_read_in_either_case_and_null_is_what_is_missing(string expression, bool film, bool bare) => Expect(expression, film, bare);

    [Theory]
    [InlineData("json_contains(attributes['tags'], 'new')", true)]
    [InlineData("JSON_CONTAINS(attributes['tags'], 'ne')", false)]
    [InlineData("array_contains(attributes['tags'], 7)", true)]
    [InlineData("ARRAY_CONTAINS(attributes['tags'], '7')", false)]
    [InlineData("array_contains(attributes['tags'], 12.5)", true)]
    [InlineData("array_contains(attributes['tags'], +7.0)", true)]
    [InlineData("array_contains(attributes['tags'], true) and not array_contains(attributes['tags'], false)", true)]
    [InlineData("json_contains(attributes['tags'], 'Poke\u0301mon')", true)]
    [InlineData("json_contains_any(attributes['tags'], ['x', 'new'])", true)]
    [InlineData("array_contains_any(attributes['tags'], ['x', 'y',])", false)]
    [InlineData("json_contains_any(attributes['tags'], [])", false)]
    [InlineData("JSON_CONTAINS_ALL(attributes['tags'], ['new', 7, true, 'new'])", true)]
    [InlineData("array_contains_all(attributes['tags'], ['new', 8])", false)]
    [InlineData("array_contains_all(attributes['tags'], []) and json_contains_all(attributes['none'], [])", true)]
    [InlineData("json_contains_all(attributes['none'], ['a'])", false)]
    [InlineData("json_contains(attributes['text'], 'new') or json_contains_any(attributes['text'], ['new'])", false)]
    [InlineData("json_contains_all(attributes['text'], []) or json_contains(attributes['absent'], 'new')", false)]
    [InlineData("array_length(attributes['text']) >= 0 or array_length(attributes['year']) >= 0", false)]
    [InlineData("array_length(attributes['tags']) == 6 and array_length(attributes['none']) == 0", true)]
    [InlineData("2 < ARRAY_LENGTH(category) + 1 <= 4", true)]
    [InlineData("array_contains(category, 'Comedy')", true)]
    [InlineData("array_contains(category, 'Comed')", false)]
    [InlineData("array_contains(category, 'Animation|Comedy')", false)]
    [InlineData("array_contains_all(category, ['Drama', 'Animation'])", true)]
    [InlineData("attributes['tags'] == 'new|50%|7|true|12.50|Pokémon' and attributes['tags'] like '%|7|%'", true)]
    [InlineData("attributes['tags'] == 7 or attributes['tags'] in [7, true] or attributes['tags'] == true", false)]
    [InlineData("exists attributes['none'] and attributes['none'] is not null", true)]
    public void A_list_has_what_it_holds_and_nothing_else_is_a_list(string expression, bool film) => Expect(expression, film, bare: false);

    [Theory]
    [InlineData("price % 5 == 2", true)]
    [InlineData("price * 1.2 < 14.5", true)]
    [InlineData("price + 2 * 3 == 18 and (price + 2) * 3 == 42 and 3 * (price + 2) == 42", true)]
    [InlineData("price - 2 - 1 == 9 and price -2 == 10 and price - -2 == 14", true)]
    [InlineData("price / 8 == 1.5 and 24 / price == 2", true)]
    [InlineData("attributes['year'] % 100 == 99 and attributes['year'] == 1999.0", true)]
    [InlineData("10 * 2 - 1 > price", true)]
    [InlineData("price < attributes['year'] and attributes['year'] - price > attributes['size']['width']", true)]
    [InlineData("attributes['size']['width'] == 30 and exists attributes['size.width']", true)]
    [InlineData("attributes['text'] + 1 > 0 or attributes['text'] + 1 <= 0 or attributes['tags'] * 1 == 0", false)]
    [InlineData("price / (price - 12) > 0 or price / (price - 12) <= 0 or price % (price - 12) != 1", false)]
    [InlineData("0 < price - 10 <= 2", true)]
    [InlineData("(price) == 12 and ((price < 13) or (price * 2) > 100)", true)]
    public void Numbers_are_calculated_and_what_is_none_holds_nothing(string expression, bool film) => Expect(expression, film, bare: false);

    [Theory]
    [InlineData("attributes['cafe\u0301'] == 'cre\u0300me'")]
    [InlineData("attributes['caf\u00e9'] == 'cr\u00e8me'")]
    [InlineData("attributes['caf\u00e9'] in ['x', 'cr\u00e8me']")]
    [InlineData("attributes['caf\u00e9'] like 'cr\u00e8_e'")]
    [InlineData("not attributes['caf\u00e9'] != 'cr\u00e8me'")]
    public void Letters_are_equal_however_they_are_composed(string expression) => Expect(expression, film: true, bare: false, alsoBare: false);

    [Theory]
    [InlineData("json_contains(price, 3)", 15, "price is no list")]
    [InlineData("json_contains(category, 3)", 25, "category is text, so it cannot be compared with '3' here")]
    [InlineData("json_contains(attributes['a'], ['x'])", 32, "expected one value; json_contains_any and json_contains_all take several, found '['")]
    [InlineData("array_contains_any(category, 'x')", 30, "expected the values in [ ], found \"x\"")]
    [InlineData("json_contains attributes['a']", 1, "unknown field 'json_contains'")]
    [InlineData("array_length(category)", 23, "expected a comparison, found the end")]
    [InlineData("price / 0 > 1", 9, "nothing can be divided by 0")]
    [InlineData("price % (1 - 1) > 1", 9, "nothing can be divided by 0")]
    [InlineData("price > 1e308 * 10", 9, "no finite number")]
    [InlineData("category + 1 > 1", 1, "'category' is no number")]
    [InlineData("price + 'a' > 1", 9, "\"a\" is no number")]
    [InlineData("attributes['a'] == attributes['b']", 20, "expected a value")]
    [InlineData("category == brand", 13, "expected a value")]
    [InlineData("5 * 2 == 10", 10, "expected a field")]
    [InlineData("price is 3", 10, "expected null or not null")]
    [InlineData("price is not 3", 14, "expected null")]
    [InlineData("exists price", 8, "write price is not null")]
    [InlineData("PRICE < 3", 1, "Did you mean price?")]
    [InlineData("(price + (2 < 3)", 13, "expected ')'")]
    public void What_cannot_be_meant_is_refused_with_its_place(string expression, int column, string reason)
    {
        var refusal = Assert.Throws<FilterException>(() => Filter.Parse(expression));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(column, refusal.Column);
    }

    [Fact]
    public void It_tells_the_attributes_that_it_names()
    {
        Filter filter = Filter.And(
            Filter.Parse("attributes['a']['b'] > 1 and price < 3 or json_contains(attributes['c'], 1)"), Filter.Parse("exists attributes['c']"));
        Assert.Equal(["a.b", "c"], filter.Attributes.Order());
        Assert.Empty(Filter.NotIn(["P1"]).Attributes);
    }

    private static void Expect(string expression, bool film, bool bare, bool alsoBare = true)
    {
        Filter filter = Filter.Parse(expression);
        Filter again = Filter.Parse(filter.ToString());
        Assert.Equal(filter.ToString(), again.ToString());
        Assert.Equal((film, film), (filter.Matches(Film), again.Matches(Film)));
        if (alsoBare)
            Assert.Equal((bare, bare), (filter.Matches(Bare), again.Matches(Bare)));
    }
}
