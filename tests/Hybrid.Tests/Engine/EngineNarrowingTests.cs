using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Tests.Engine;

/// <summary>Pages, groups, least scores and what is left out, also where the index lags behind; and names that nothing has.</summary>
public sealed class EngineNarrowingTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Pages_put_together_are_the_whole_also_before_the_next_index()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.RemoveAsync(["P1", "K2"], Token);
        await engine.AddAsync([Shop.Items[1] with { Price = 1_000 }], Token);
        var query = new SearchQuery { Text = "headphones", Count = 20, Filter = Filter.Parse("price < 500"), Exclude = ["N1", "GONE"] };
        string[] whole = Shop.Ids(await engine.SearchAsync(query, Token));
        Assert.Equal(["K1", "K3", "P3", "P5", "P6"], whole.Order());
        List<string> pages = [];
        for (int offset = 0; offset < 8; offset += 2)
            pages.AddRange(Shop.Ids(await engine.SearchAsync(query with { Count = 2, Offset = offset }, Token)));
        Assert.Equal(whole, pages);
    }

    [Fact]
    public async Task A_least_score_ends_what_is_found()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        IReadOnlyList<SearchResult> all = await engine.SearchAsync("headphones", 20, Token);
        var query = new SearchQuery { Text = "headphones", Count = 20, MinScore = all[3].Score };
        Assert.Equal(Shop.Ids(all).Take(4), Shop.Ids(await engine.SearchAsync(query, Token)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => engine.SearchAsync(query with { MinScore = 2 }, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => engine.SearchAsync(query with { Offset = -1 }, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => engine.SearchAsync(query with { Offset = SearchQuery.MaxCount }, Token));
    }

    [Fact]
    public async Task Of_a_group_the_best_is_found_and_recommended()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        Item[] shirts = [.. Enumerable.Range(0, 40).Select(i => Shop.Product($"TEE-{i:D2}", "Wired in-ear headphones, black", "shirts"))];
        await engine.AddAsync(shirts, Token);
        await engine.IndexAsync(cancellationToken: Token);

        IReadOnlyList<SearchResult> found = await engine.SearchAsync(new SearchQuery { Item = "P2", Count = 4, GroupBy = "category" }, Token);
        Assert.Equal("TEE-00", found[0].Item.Id.Value);
        Assert.Equal(["audio", "kitchen", "phones", "shirts"], found.Select(r => r.Item.Category).Order());

        var query = new RecommendQuery { Item = "P2", Count = 4, GroupBy = "category" };
        Assert.Equal(
            ["audio", "kitchen", "phones", "shirts"], (await engine.RecommendAsync(query, Token)).Select(r => r.Item.Category).Order());
        Assert.Equal(4, (await engine.RecommendAsync(query with { Count = 9 }, Token)).Count);
        Assert.Equal(
            ["audio", "shirts"],
            (await engine.RecommendAsync(query with { Filter = Filter.Parse("category in ['audio', 'shirts']") }, Token)).Select(r => r.Item.Category).Order());
    }

    [Fact]
    public async Task What_is_excluded_is_neither_found_nor_recommended()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);
        ItemId[] excluded = ["P5", "P6", "K1", "GONE"];
        Assert.DoesNotContain("P5", Shop.Ids(await engine.SearchAsync(new SearchQuery { Text = "phone", Exclude = excluded }, Token)));
        foreach (RecommendQuery query in (RecommendQuery[])[new() { Text = "phone" }, new() { History = ["P4"] }, new(), new() { Item = "P4", User = "a1" }])
        {
            string[] recommended = Shop.Ids(await engine.RecommendAsync(query with { Exclude = excluded, Count = 20 }, Token));
            Assert.Empty(recommended.Intersect(excluded.Select(item => item.Value)));
        }
    }

    [Fact]
    public async Task An_attribute_that_no_item_has_is_told_with_the_nearest_until_one_has_it()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        Assert.Empty(engine.FindUnknownAttributes(Filter.Parse("exists attributes['colour']")));   // nothing is known of anything
        await engine.AddAsync([With("color", "red"), Shop.Items[0]], Token);

        Filter filter = Filter.Parse("attributes['colour'] == 'red' and attributes['Color'] != 'x' or attributes['color'] == 'y' or attributes['weight'] > 3");
        UnknownAttribute[] unknown = [new("Color", "color"), new("colour", "color"), new("weight", null)];
        Assert.Equal(unknown, engine.FindUnknownAttributes(filter).OrderBy(u => u.Name, StringComparer.Ordinal));
        Assert.Equal([new("parent", null)], engine.FindUnknownAttributes(null, "parent"));
        Assert.Empty(engine.FindUnknownAttributes(Filter.Parse("price < 3"), "category"));
        Assert.Equal("No item has an attribute 'colour'. Did you mean 'color'?", unknown[1].ToString());

        await engine.AddAsync([With("colour", "red"), With("cafe\u0301", "x")], Token);
        Assert.DoesNotContain("colour", engine.FindUnknownAttributes(filter).Select(u => u.Name));
        Assert.Empty(engine.FindUnknownAttributes(Filter.Parse("exists attributes['caf\u00e9']")));

        static Item With(string name, string value) =>
            Shop.Product($"X-{value}-{name.Length}", "A thing") with { Attributes = new Dictionary<string, AttributeValue> { [name] = value } };
    }
}
