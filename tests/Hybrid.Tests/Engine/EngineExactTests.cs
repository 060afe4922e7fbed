using Hybrid.Catalog;
using Hybrid.Indexing;

namespace Hybrid.Tests.Engine;

public sealed class EngineExactTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData("48123-B4", "F1")]
    [InlineData("bosch 48123-b4 filter", "F1")]
    [InlineData("(48123\u2011B4)", "F1")]
    [InlineData("headphones 48124-B4", "F2")]
    [InlineData("a filter like TT0002844 for my headphones", "tt0002844")]
    [InlineData("B07XJ8C8F5", "B07XJ8C8F5")]
    [InlineData("  k1 ", "K1")]
    [InlineData("mugs", "mugs")]
    public async Task What_a_query_names_comes_first(string text, string first)
    {
        await using HybridEngine engine = await OpenAsync();
        IReadOnlyList<SearchResult> found = await engine.SearchAsync(text, 5, Token);
        Assert.Equal(first, found[0].Item.Id.Value);
        Assert.Equal([true, false, false, false, false], found.Select(result => result.IsExact));
        Assert.Equal(found.Skip(1).OrderByDescending(result => result.Score), found.Skip(1));
        Assert.Equal(5, found.DistinctBy(result => result.Item.Id).Count());
        Assert.All(found, result => Assert.InRange(result.Score, -1, 1));
    }

    [Theory]
    [InlineData("headphones 15")]
    [InlineData("headphones 2024")]
    [InlineData("headphones 500ml")]
    [InlineData("headphones mug")]
    [InlineData("48123")]
    public async Task What_is_no_code_puts_nothing_first(string text)
    {
        await using HybridEngine engine = await OpenAsync();
        IReadOnlyList<SearchResult> found = await engine.SearchAsync(text, 20, Token);
        Assert.DoesNotContain(found, result => result.IsExact);
        Assert.Equal(found.OrderByDescending(result => result.Score), found);
    }

    [Fact]
    public async Task Several_carriers_come_by_score_and_a_code_of_very_many_counts_for_nothing()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AddAsync(Enumerable.Range(0, 101).Select(i => Shop.Product($"M{i}", $"Mug ZX-{(i < 3 ? 500 : 700)} and MK-900", "kitchen")), Token);
        await engine.AddAsync(Shop.Product("H1", "Headphones ZX-500", "audio"), Token);
        await engine.IndexAsync(cancellationToken: Token);

        IReadOnlyList<SearchResult> few = await engine.SearchAsync("headphones zx-500", 10, Token);
        Assert.Equal(["H1", "M0", "M1", "M2"], Shop.Ids(few.Where(result => result.IsExact)));
        Assert.Equal("H1", few[0].Item.Id.Value);
        Assert.Equal(2, (await engine.SearchAsync("zx-500", 2, Token)).Count);
        Assert.DoesNotContain(await engine.SearchAsync("MK-900", 10, Token), result => result.IsExact);
    }

    [Fact]
    public async Task Filters_apply_and_what_has_changed_or_gone_is_not_named_any_more()
    {
        await using HybridEngine engine = await OpenAsync();
        var query = new SearchQuery { Text = "48123-B4", Filter = Filter.Parse("category == \"audio\"") };
        Assert.DoesNotContain(await engine.SearchAsync(query, Token), result => result.IsExact);

        await engine.AddAsync(Shop.Product("F1", "Fuel filter 99999-Z9", "car"), Token);
        Assert.DoesNotContain(await engine.SearchAsync("48123-B4", 5, Token), result => result.IsExact);
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal("F1", Shop.Ids(await engine.SearchAsync("99999-Z9", 1, Token))[0]);

        await engine.RemoveAsync(["F1"], Token);
        Assert.DoesNotContain(await engine.SearchAsync("99999-Z9", 5, Token), result => result.IsExact);
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Empty(engine.Records.Codes.Find("99999-Z9", 9));
    }

    [Fact]
    public async Task Markup_in_a_title_does_not_hide_its_code()
    {
        await using HybridEngine engine = await OpenAsync(Shop.Product("F3", "Filter&nbsp;<b>77123-B4</b>"));
        Assert.True((await engine.SearchAsync("77123-B4", 1, Token))[0].IsExact);
    }

    private async Task<HybridEngine> OpenAsync(params Item[] more)
    {
        HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AddAsync(
            [
                Shop.Product("F1", "Fuel filter 48123-B4", "car"), Shop.Product("F2", "Fuel filter 48124-B4", "car"),
                Shop.Product("tt0002844", "Air filter"), Shop.Product("B07XJ8C8F5", "Oil filter"), Shop.Product("mugs", "Set of six"),
                Shop.Product("15", "Calendar 2024"), Shop.Product("Y1", "Water bottle 500ml"), .. more,
            ], Token);
        await engine.IndexAsync(cancellationToken: Token);
        return engine;
    }
}
