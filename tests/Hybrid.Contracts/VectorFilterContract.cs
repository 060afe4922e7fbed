using Hybrid.Catalog;
using Hybrid.Indexing;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Contracts;

/// <summary>That a filter means the same in every store: what <see cref="Filter.Matches"/> says of each item.</summary>
public abstract class VectorFilterContract(IEmptyStores stores) : StoreContract(stores)
{
    // Values of all kinds in one attribute, beside what is absent, and everything that is read in two ways somewhere.
    private static readonly AttributeValue?[] Values =
    [
        null, 5, 5.5, -5, 0, "5", "5.0", "red", "Red", "", "true", true, false, "a%b_c", "back\\slash \"quote\"", "é", "e\u0301", "中文", "🎧", "Zebra",
            1e300, 1e-7,
        AttributeValue.OfList([]), AttributeValue.OfList(["a"]), AttributeValue.OfList(["a", "b"]), AttributeValue.OfList([1, "1", true]),
        AttributeValue.OfList(["e\u0301", 2.5]), "a|b", "line\nbreak", "tab\tstop", 9007199254740991, 1.0 / 3,
    ];

    private static readonly string[] Names = ["x", "a.b", "a/b", "size \"XL\"", "back\\slash", "~tilde", "名", "cafe\u0301", "0", "$meta", "t n"];

    private static readonly string[] Filters =
    [
        "{0} == 5", "{0} == 5.0", "{0} != 5", "not {0} == 5", "not ({0} != 5)", "{0} > 5", "{0} >= 5", "{0} < 5.5", "{0} <= -5", "4 < {0} <= 5.5",
            "not ({0} > 5)",
        "{0} == \"5\"", "{0} == \"5.0\"", "{0} != \"red\"", "{0} > \"Red\"", "{0} >= \"\"", "{0} < \"a\"", "{0} == \"\"", "not ({0} == \"red\")",
        "{0} == true", "{0} == false", "{0} != true", "not ({0} == true)", "{0} == \"true\"", "{0} == \"é\"", "{0} == \"e\u0301\"", "{0} == \"中文\"",
        "{0} == \"back\\\\slash \\\"quote\\\"\"", "{0} == \"line\\nbreak\"", "{0} == \"tab\\tstop\"", "{0} == 1e300", "{0} > 1e299", "{0} == 1E-7",
            "{0} == 9007199254740991",
        "{0} in [5, \"red\", true]", "{0} not in [5, \"red\", true]", "{0} in []", "{0} not in []", "{0} in [\"5\", \"true\", \"a|b\"]", "not ({0} in [5.5])",
        "{0} like \"re%\"", "{0} like \"%ed\"", "{0} like \"%e%\"", "{0} like \"_ed\"", "{0} like \"a\\%b\\_c\"", "{0} like \"a\\%%\"", "{0} like \"%\"",
            "{0} like \"red\"",
        "{0} like \"中%\"", "{0} like \"e%\"", "{0} like \"é%\"", "not ({0} like \"re%\")", "not ({0} like \"%ed\")", "{0} like \"\"", "{0} like \"🎧%\"",
        "exists {0}", "not exists {0}", "{0} is null", "{0} is not null", "not ({0} is null)", "exists {0} and {0} != 5",
        "json_contains({0}, \"a\")", "json_contains({0}, 1)", "json_contains({0}, true)", "json_contains({0}, \"é\")", "not json_contains({0}, \"a\")",
        "json_contains_any({0}, [\"b\", 2.5])", "json_contains_all({0}, [\"a\", \"b\"])", "json_contains_all({0}, [])", "json_contains_any({0}, [])",
        "array_length({0}) == 0", "array_length({0}) > 1", "not (array_length({0}) > 1)",
        "{0} + 1 == 6", "{0} * 2 > 10", "{0} % 2 == 1", "not ({0} + 1 == 6)", "{0} + 1 == 6 or {0} == \"red\"", "{0} * 2 > 10 and {0} < 6",
        "price > 5", "price != 5", "not (price > 5)", "price in [3, 5.5]", "price is null", "price is not null", "price + 1 > 5", "price == -0", "5 > price",
        "category == \"audio\"", "category != \"audio\"", "category not in [\"audio\"]", "category in [\"audio\", \"cafe\u0301|B\"]", "category is null",
            "category like \"au%\"",
        "category > \"a\"", "category == \"\"", "json_contains(category, \"B\")", "json_contains_any(category, [\"café\", \"x\"])",
            "array_length(category) == 2",
        "not json_contains(category, \"B\")", "category like \"%dio\"", "brand == \"Sorano\"", "brand is null", "brand == \"\"", "brand != \"\"",
            "brand like \"\"",
        "in_stock", "not in_stock", "in_stock == false", "in_stock != true", "in_stock is null", "in_stock in [false]", "in_stock not in [true]",
        "id == \"I000\"", "id != \"I000\"", "id > \"I010\"", "id in [\"I001\", \"I002\", \"nobody\"]", "id not in [\"I001\"]", "id like \"I00%\"",
            "id like \"%5\"", "id is null",
        "price > 5 AND NOT (category == \"audio\" OR in_stock)", "price > 5 && !(category == \"audio\") || brand == \"Sorano\"",
        "not (price + 1 > 5 and category == \"audio\")", "not (price + 1 > 5 or category == \"audio\")", "{0} == 5 or not (brand like \"%o\" and price < 9)",
    ];

    [Fact]
    public async Task A_filter_finds_what_it_matches_and_nothing_else()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        Item[] items = [.. Values.Select(MakeItem)];
        await collection.UpsertAsync(Batch([.. items.Select((item, i) => (item, At(i)))]), Token);
        var wrong = new List<string>();
        foreach (string filter in Filters.Select(filter => filter.Replace("{0}", "attributes[\"x\"]", StringComparison.Ordinal)))
            await CompareAsync(collection, items, filter, wrong);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_name_of_any_letters_is_the_name_of_an_attribute()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        Item[] items = [.. Names.Select((name, i) => new Item($"I{i:D3}") { Attributes = new Dictionary<string, AttributeValue> { [name] = i,
            ["other"] = "x" } })];
        await collection.UpsertAsync(Batch([.. items.Select((item, i) => (item, At(i)))]), Token);
        var wrong = new List<string>();
        foreach (string name in (string[])[.. Names, "café"])
        {
            string quoted = name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            await CompareAsync(collection, items, $"attributes[\"{quoted}\"] >= 0", wrong);
            await CompareAsync(collection, items, $"not exists attributes[\"{quoted}\"]", wrong);
        }
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task A_chain_of_thousands_of_conditions_is_one_filter()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        Item[] items = [.. Values.Select(MakeItem)];
        await collection.UpsertAsync(Batch([.. items.Select((item, i) => (item, At(i)))]), Token);
        var wrong = new List<string>();
        await CompareAsync(collection, items, $"id in [{string.Join(',', Enumerable.Range(2, 20_000).Select(i => $"\"I{i:D3}\""))}]", wrong);
        await CompareAsync(collection, items, string.Join(" or ", Enumerable.Range(3, 500).Select(i => $"price == {i}")), wrong);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task CompareAsync(IVectorCollection collection, Item[] items, string expression, List<string> wrong)
    {
        Filter filter = Filter.Parse(expression);
        string expected = string.Join(' ', items.Where(filter.Matches).Select(item => item.Id.Value).Order(StringComparer.Ordinal));
        string found;
        try
        {
            IReadOnlyList<Neighbor> rows = await collection.SearchAsync(At(0), 100, SearchOptions.Everywhere with { Filter = filter }, Token);
            found = string.Join(' ', rows.Select(row => row.Item.Value).Order(StringComparer.Ordinal));
        }
        catch (VectorStoreException e)
        {
            found = e.Message;
        }
        if (found != expected)
            wrong.Add($"{(expression.Length < 100 ? expression : expression[..100])}: expected {expected}; found {found}");
    }

    private static Item MakeItem(AttributeValue? value, int i) => new($"I{i:D3}")
    {
        Category = (i % 5) switch { 0 => null, 1 => "audio", 2 => "cafe\u0301|B", 3 => "", _ => "A | B" },
        Brand = (i % 4) switch { 0 => null, 1 => "Sorano", 2 => "", _ => "Zoé" },
        Price = i % 3 == 0 ? null : i == 1 ? 0 : i == 2 ? 5.5 : i,
        InStock = i % 3 == 1 ? null : i % 2 == 0,
        Attributes = value is { } there ? new Dictionary<string, AttributeValue> { ["x"] = there } : new Dictionary<string, AttributeValue>(),
    };
}
