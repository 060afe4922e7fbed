using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Fuzz;

/// <summary>Filter expressions: an input is one, as UTF-8.</summary>
internal static class FilterTarget
{
    private const int MostParsed = 1 << 16;

    private static readonly byte[][] Expressions = Damage.Text(
        "category == \"audio\" and 10 < price <= 50 and not (brand in [\"A\", 'B'] or in_stock == true)",
        "attributes[\"color\"] like \"bl_e\\%%x\" || exists attributes['year'] && !(id not in [\"P1\", \"P2\"])",
        "attributes[\"n\"] != -1.5e3 or attributes[\"n\"] in [1, \"2\", true, .5] or \"a\\u00e9\\n\" >= category",
        "((((((((((price > 1))))))))))",
        "category like \"%a%b_c%d\" and brand like '_😀%'",
        "price * 1.2 - attributes['n'] % 2 > 3 / (price + 1) OR json_contains_all(attributes['tags'], ['a', 1]) AND array_length(category) == 2",
        "brand IS NOT NULL and attributes['a']['b'] is null and ARRAY_CONTAINS(category, 'e\u0301')");

    private static readonly byte[][] Tokens = Damage.Text(
        "(", ")", "((((", "))))", "[", "]", "not ", "not(", " and ", " or ", "&&", "||", "!", "==", "!=", "<=", "like", " in ", "exists ", "attributes[\"",
        "\"]", "%", "_", "%_", "%a", "\\%", "\\\\", "\\u", "\\ud83d", "\\ude00", "\\u0000", HighSurrogate, LowSurrogate, "\u202e", "\u200d", "\u0301", "😀",
        "“", "true", "price", "category", "id", "1e999", "-", "+", ".",
        "*", "/", "json_contains(", "array_length(", " is null", "IS NOT NULL", "in_stock");

    // UTF-8 has no half of a pair: two characters of private use stand for them.
    private const string HighSurrogate = "\uE000", LowSurrogate = "\uE001";

    private static readonly Item[] Items =
    [
        new("P1")
        {
            Category = "aab\ncc😀d",
            Brand = "A",
            Price = 12.5,
            InStock = true,
            Attributes = new Dictionary<string, AttributeValue>
            {
                ["color"] = "blue%x",
                ["n"] = 1,
                ["year"] = true,
                ["tags"] = AttributeValue.OfList(["a", 1]),
            },
        },
        new("P9"),
    ];

    public static FuzzTarget Make() => new("filter", Expressions, Read) { Tokens = Tokens, AllocatedPerByte = 1_000 };

    private static void Read(byte[] input)
    {
        string expression = System.Text.Encoding.UTF8.GetString(input).Replace(HighSurrogate[0], '\uD83D').Replace(LowSurrogate[0], '\uDE00');
        Filter filter;
        try
        {
            filter = Filter.Parse(expression);
        }
        catch (FilterException refusal)
        {
            Assert.InRange(refusal.Column, 1, expression.Length + 1);
            Assert.InRange(refusal.Message.Length, 1, 600);
            Assert.DoesNotContain(refusal.Message.Replace(Environment.NewLine, "", StringComparison.Ordinal), char.IsControl);
            return;
        }
        string printed = filter.ToString();
        if (printed.Length > MostParsed || expression.Count(c => c == '(') > 50)   // its own text may be past the limits
            return;
        Filter again = Filter.Parse(printed);
        Assert.Equal(printed, again.ToString());
        Assert.All(Items, item => Assert.Equal(filter.Matches(item), again.Matches(item)));
    }
}
