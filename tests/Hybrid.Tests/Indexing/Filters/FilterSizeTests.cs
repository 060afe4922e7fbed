using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Tests.Indexing.Filters;

/// <summary>Filters of many terms: neither time nor memory nor the stack may depend on more than their length.</summary>
public sealed class FilterSizeTests
{
    private const int SmallStack = 128 * 1024;

    [Fact]
    public void A_long_chain_needs_no_more_stack_than_a_short_one() => OnSmallStack(() =>
    {
        Filter[] terms = [.. Enumerable.Range(0, 50_000).Select(i => Filter.Parse($"price != {i} or id == \"P{i}\""))];
        Filter joined = Filter.And(terms);
        Assert.True(joined.Matches(new Item("P7") { Price = 7 }));
        Assert.False(joined.Matches(new Item("P8") { Price = 7 }));
        Assert.StartsWith("(price != 0 or id == \"P0\") and (price != 1 or ", joined.ToString(), StringComparison.Ordinal);

        Filter oneByOne = terms[0];
        foreach (Filter term in terms.Take(5_000))
            oneByOne = Filter.And(oneByOne, term);
        Assert.True(oneByOne.Matches(new Item("P7") { Price = 7 }));
        Assert.Equal(5_000, oneByOne.ToString().Split(" and ").Length - 1);

        Filter parsed = Filter.Parse(string.Join("||", Enumerable.Repeat("price<1", 7_000)));
        Assert.False(parsed.Matches(new Item("P1") { Price = 1 }));
        Assert.Equal(7_000, parsed.ToString().Split(" or ").Length);
    });

    [Fact]
    public void The_deepest_nesting_fits_a_small_stack_and_survives_its_own_text() => OnSmallStack(() =>
    {
        string deep = "price == 0 and id == \"P1\"";
        for (int i = 1; i < 100; i++)
            deep = i % 2 == 0 ? $"price == {i} and not ({deep})" : $"id == \"P2\" or not ({deep})";
        Filter filter = Filter.Parse(deep);
        Assert.Equal(deep, filter.ToString());
        filter.Matches(new Item("P1") { Price = 98 });
        Filter.Parse(new string('(', 100) + "price<1" + new string(')', 100));
        Assert.Throws<FilterException>(() => Filter.Parse(new string('(', 101) + "price<1" + new string(')', 101)));
        Assert.Throws<FilterException>(() => Filter.Parse(string.Concat(Enumerable.Repeat("not(", 101)) + "price<1" + new string(')', 101)));
    });

    [Fact]
    public void Printing_takes_memory_linear_in_the_text()
    {
        Filter filter = Filter.And([.. Enumerable.Range(0, 20_000).Select(i => Filter.Parse($"price < {i} or category like \"a%{i}\""))]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string text = filter.ToString();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, text.Length, 12L * text.Length);   // 2 bytes a char, twice, and the numbers
    }

    [Fact]
    public void A_hundred_thousand_ids_are_left_out_as_one_is()
    {
        ItemId[] ids = [.. Enumerable.Range(0, 100_000).Select(i => new ItemId($"P{i}"))];
        Filter filter = Filter.And(Filter.NotIn(ids), Filter.Parse("price < 5"));
        Item seen = new("P99999") { Price = 1 }, other = new("Q") { Price = 1 };
        for (int i = 0; i < 200_000; i++)   // as a search asks it: 2·10¹⁰ comparisons, if each looked through the list
            Assert.True(!filter.Matches(seen) && filter.Matches(other));
        string text = filter.ToString();
        Assert.StartsWith("id not in [\"P0\", \"P1\", ", text, StringComparison.Ordinal);
        Assert.EndsWith("\"P99999\"] and price < 5", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_is_bounded_in_its_terms_and_not_in_its_characters()
    {
        string ids = string.Join(", ", Enumerable.Range(0, 200_000).Select(i => $"\"SKU-2026-{i:D8}\""));
        Filter filter = Filter.Parse($"id not in [{ids}]");
        Assert.True(filter.Matches(new Item("SKU-2026-99999999")));
        Assert.False(filter.Matches(new Item("SKU-2026-00199999")));
        Assert.True(Filter.Parse($"category != \"{new string('x', 1_000_000)}\"").Matches(new Item("P1") { Category = "a" }));

        foreach (string many in (string[])[$"id in [{ids}, {ids}]", string.Join(" or ", Enumerable.Repeat("price < 1", 150_000))])
        {
            var refusal = Assert.Throws<FilterException>(() => Filter.Parse(many));
            Assert.Contains("more than 250000 terms", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_long_calculation_needs_no_more_stack_than_a_short_one() => OnSmallStack(() =>
    {
        Filter sum = Filter.Parse("price" + string.Concat(Enumerable.Repeat(" + 1", 100_000)) + " == 100007");
        Assert.True(sum.Matches(new Item("P1") { Price = 7 }));
        string deep = string.Concat(Enumerable.Repeat("2 * (1 + ", 25)) + "price" + new string(')', 25);
        Assert.True(Filter.Parse(Filter.Parse(deep + " > 0").ToString()).Matches(new Item("P1") { Price = 7 }));
        Assert.Throws<FilterException>(() => Filter.Parse($"2 * ({deep}) > 0"));
    });

    [Fact]
    public void Thousands_of_values_are_looked_for_in_thousands_of_elements_in_linear_time()
    {
        AttributeValue[] values = [.. Enumerable.Range(0, 50_000).Select(i => (AttributeValue)$"v{i}")];
        var item = new Item("P1") { Attributes = new Dictionary<string, AttributeValue> { ["tags"] = AttributeValue.OfList(values) } };
        string list = string.Join(',', values.Select(v => $"'{v}'"));
        Filter all = Filter.Parse($"json_contains_all(attributes['tags'], [{list}])");
        Filter more = Filter.Parse($"json_contains_all(attributes['tags'], [{list}, 'x'])");
        for (int i = 0; i < 10; i++)
            Assert.True(all.Matches(item) && !more.Matches(item));
    }

    [Fact]
    public void No_filter_is_not_joined_and_one_is_itself()
    {
        Assert.Contains("Filter.NotIn([])", Assert.Throws<ArgumentException>(() => Filter.And()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Filter.And(Filter.Parse("price < 5"), null!));   // ! : what a caller without nullable types may pass
        Assert.Equal("price < 5", Filter.And(Filter.Parse("price < 5")).ToString());
    }

    private static void OnSmallStack(Action test)
    {
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    test();
                }
                catch (Exception e)
                {
                    failure = e;
                }
            },
            SmallStack);
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }
}
