using CsCheck;
using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Tests.Indexing.Filters;

public sealed class FilterPropertyTests
{
    private const string Field = "attributes['\"x\"\\t']", Name = "\"x\"\t";

    private static readonly Gen<string> Word = Gen.OneOf("a", "b", "12.5", "true", "\uFF5E", "😀", "it's \"b\"\\", "日本\n\u0001", "");

    private static readonly Gen<AttributeValue> Scalar = Gen.OneOf(
        Word.Select(word => (AttributeValue)word),
        Gen.OneOf(-1, 0, 2, 12.5, 1e16).Select(number => (AttributeValue)number),
        Gen.Bool.Select(truth => (AttributeValue)truth));

    private static readonly Gen<AttributeValue> Value =
        Gen.Frequency((2, Scalar), (1, Scalar.Array[0, 4].Select(elements => AttributeValue.OfList(elements))));

    private static readonly Gen<Item> Items = Gen
        .Select(Gen.Null(Word), Gen.Nullable(Gen.Double[0, 3]), Gen.Nullable(Gen.Bool), Gen.Nullable(Value))
        .Select((category, price, inStock, value) => new Item("P1")
        {
            Category = category,
            Price = price is { } p ? Math.Round(p) : null,
            InStock = inStock,
            Attributes = value is { } v ? new Dictionary<string, AttributeValue> { [Name] = v } : [],
        });

    private static readonly Gen<Condition> Conditions = Gen.OneOf(
        Gen.OneOf(
            new Condition("price < 2", i => i.Price < 2),
            new Condition("1 <= price", i => i.Price >= 1),
            new Condition("0 < price <= 2", i => i.Price is > 0 and <= 2),
            new Condition("price not in [0, 2]", i => i.Price is not (0 or 2)),
            new Condition("in_stock == true", i => i.InStock == true),
            new Condition("in_stock != true", i => i.InStock == false),
            new Condition("price is null", i => i.Price is null),
            new Condition("price is NOT null", i => i.Price is not null),
            new Condition("price % 2 == 1", i => i.Price % 2 == 1),
            new Condition("price * 2 - 1 > price", i => i.Price * 2 - 1 > i.Price),
            new Condition("6 / price <= 3", i => i.Price > 0 && 6 / i.Price <= 3),
            new Condition($"{Field} + price >= 2", i => Attribute(i) is { Kind: AttributeKind.Number } a && a.Number + i.Price >= 2),
            new Condition($"array_length({Field}) == 2", i => Elements(i)?.Count == 2),
            new Condition($"exists {Field}", i => i.Attributes.Count > 0)),
        Gen.Select(Scalar, Scalar).Select((a, b) => new Condition($"json_contains_any({Field}, [{Literal(a)}, {Literal(b)}])", i =>
            Elements(i)?.Any(e => Same(e, a) || Same(e, b)) == true)),
        Gen.Select(Scalar, Scalar).Select((a, b) => new Condition($"array_contains_all({Field}, [{Literal(a)}, {Literal(b)}])", i =>
            Elements(i) is { } all && all.Any(e => Same(e, a)) && all.Any(e => Same(e, b)))),
        Scalar.Select(a => new Condition($"json_contains({Field}, {Literal(a)})", i => Elements(i)?.Any(e => Same(e, a)) == true)),
        Word.Select(word => new Condition($"category >= {Quote(word)}", i => i.Category is { } c && ByBytes(c, word) >= 0)),
        Word.Select(word => new Condition($"category in [{Quote(word)}, 'b']", i => i.Category == word || i.Category == "b")),
        Word.Select(word => new Condition($"{Field} < {Quote(word)}", i => Attribute(i) is { } a && ByBytes(a.ToString(), word) < 0)),
        Word.Select(word => new Condition($"{Field} not in [{Quote(word)}, true, 2]", i =>
            !(Attribute(i) is { } a && (a.ToString() == word || a.Kind is AttributeKind.Number or AttributeKind.Boolean && a.ToString() is "true" or "2")))));

    private static readonly Gen<Condition> Expressions = Gen.Recursive<Condition>((depth, inner) => depth > 4 ? Conditions : Gen.Frequency(
        (3, Conditions),
        (1, inner.Select(operand => new Condition($"not ({operand.Text})", i => !operand.Naive(i)))),
        (2, Gen.Select(inner.Array[1, 4], Gen.Bool.Array[4]).Select(Chain))));

    [Fact]
    public void Any_expression_matches_as_its_twin_does_and_survives_its_own_text() =>
        Gen.Select(Expressions, Items.Array[5]).Sample(
            (expression, items) =>
            {
                Filter filter = Filter.Parse(expression.Text);
                Filter again = Filter.Parse(filter.ToString());
                Assert.Equal(filter.ToString(), again.ToString());
                Assert.All(items, item => Assert.Equal((expression.Naive(item), expression.Naive(item)), (filter.Matches(item), again.Matches(item))));
            },
            iter: 5_000,
            print: x => $"{x.Item1.Text} on {string.Join(", ", x.Item2.Select(i => i.ToString()))}");

    /// <summary>Parts joined by and and or without parentheses around the ands.</summary>
    private static Condition Chain(Condition[] parts, bool[] ors)
    {
        string text = string.Concat(parts.Select((part, i) => (i == 0 ? "" : ors[i - 1] ? " or " : " && ") + $"({part.Text})"));
        return new Condition(text, item =>
        {
            bool any = false, all = true;
            for (int i = 0; i < parts.Length; i++)
            {
                if (i > 0 && ors[i - 1])
                    (any, all) = (any || all, true);
                all &= parts[i].Naive(item);
            }
            return any || all;
        });
    }

    private static AttributeValue? Attribute(Item item) => item.Attributes.TryGetValue(Name, out AttributeValue value) ? value : (AttributeValue?)null;

    private static IReadOnlyList<AttributeValue>? Elements(Item item) => Attribute(item) is { Kind: AttributeKind.List } list ? list.Elements : null;

    private static bool Same(AttributeValue element, AttributeValue value) => element.Kind == value.Kind
        && (value.Kind == AttributeKind.Number ? element.Number == value.Number : element.AsWritten == value.AsWritten);

    private static string Literal(AttributeValue value) => value.Kind == AttributeKind.Text ? Quote(value.Text) : value.AsWritten;

    private static int ByBytes(string left, string right) =>
        System.Text.Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(right));

    private static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <param name="Naive">The same in C#.</param>
    private sealed record Condition(string Text, Func<Item, bool> Naive);
}
