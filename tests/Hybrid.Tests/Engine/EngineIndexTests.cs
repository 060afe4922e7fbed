using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;

namespace Hybrid.Tests.Engine;

/// <summary>An index that lags behind is honest, and catches up.</summary>
public sealed class EngineIndexTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task What_is_not_indexed_yet_is_counted_from_the_first_item_on()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        Assert.Equal(0, engine.NotIndexed);
        await engine.AddAsync(Shop.Items, Token);
        Assert.Equal(10, engine.NotIndexed);
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(0, engine.NotIndexed);
        await engine.AddAsync([Shop.Product("NEW", "A book"), Shop.Items[0] with { Title = "Headphones" }, Shop.Items[1]], Token);
        Assert.Equal(2, engine.NotIndexed);
        await engine.RemoveAsync(["NEW", "K1"], Token);
        Assert.Equal(1, engine.NotIndexed);   // what is gone needs no index to be gone
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(0, engine.NotIndexed);
        Assert.Equal(9, await (await engine.OpenItemsAsync(Token)).CountAsync(Token));
    }

    [Fact]
    public async Task What_the_records_no_longer_have_is_found_no_more_before_the_next_index()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);
        await engine.RemoveAsync(["P1", "P5"], Token);
        await ExpectWithoutAsync(engine, 8, "P1", "P5");
        await Assert.ThrowsAsync<UnknownItemException>(() => engine.SimilarAsync("P1", cancellationToken: Token));
        await Assert.ThrowsAsync<UnknownItemException>(() => engine.RecommendAsync(new() { Item = "P5" }, Token));

        await using (HybridEngine other = await _shop.OpenAsync())
            await other.RemoveAsync(["P2"], Token);
        await ExpectWithoutAsync(engine, 7, "P1", "P2", "P5");

        // Also where nothing is left at all, and where one comes back.
        await engine.RemoveAsync(Shop.Items.Select(item => item.Id), Token);
        Assert.Empty(await engine.SearchAsync("headphones", 20, Token));
        Assert.Empty(await engine.RecommendAsync(new() { User = "a1", Count = 20 }, Token));
        Assert.Empty(await engine.RecommendAsync(new() { Count = 20 }, Token));
        await engine.AddAsync(Shop.Items[0], Token);
        Assert.Equal(["P1"], Shop.Ids(await engine.SearchAsync("headphones", 20, Token)));
    }

    [Fact]
    public async Task Results_are_the_records_items_and_filters_go_by_them()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Events, Token);
        await engine.AddAsync(Shop.Items.Where(item => item.Id.Value[0] == 'P').Take(3)
            .Select(item => item with { Title = "now " + item.Title, Price = 1000 }), Token);

        Filter cheap = Filter.Parse("price < 200 or price == 699");
        IReadOnlyList<SearchResult> found = await engine.SearchAsync(new() { Text = "headphones", Count = 6, Filter = cheap }, Token);
        // As many as were asked for: what the index wrongly takes for a match does not take their places.
        Assert.Equal(["K2", "K3", "N1", "P4", "P5", "P6"], Shop.Ids(found).Order(StringComparer.Ordinal));
        foreach (RecommendQuery query in (RecommendQuery[])[new() { Text = "headphones" }, new() { History = ["K1"] }, new()])
        {
            string[] ids = Shop.Ids(await engine.RecommendAsync(query with { Count = 4, Filter = cheap }, Token));
            Assert.Equal(4, ids.Length);
            Assert.Empty(ids.Intersect(["P1", "P2", "P3"]));
        }
        Assert.StartsWith("now ", (await engine.SearchAsync("wireless headphones", 1, Token))[0].Item.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_index_that_was_cut_short_is_searchable_as_far_as_it_got_and_goes_on_from_there()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AddAsync(Many("A", 600), Token);
        await CutAsync(engine, 256);
        Assert.Equal(600 - 256, engine.NotIndexed);
        Assert.Equal(20, (await engine.SearchAsync("thing", 20, Token)).Count);
        await engine.RemoveAsync(["A0000"], Token);
        Assert.DoesNotContain("A0000", Shop.Ids(await engine.SearchAsync("thing number 0", 300, Token)));

        IndexReport report = await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(("products@1", 600 - 256, 599), (report.Collection, report.Encoded, report.Items));
        Assert.Equal(599, (await engine.SearchAsync("thing", 1000, Token)).Count);
    }

    [Fact]
    public async Task A_few_changes_are_made_in_place_and_a_cut_leaves_the_rest_to_the_next_call()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AddAsync(Many("A", 1000), Token);
        await engine.IndexAsync(cancellationToken: Token);
        await engine.AddAsync(Many("B", 400), Token);
        await engine.RemoveAsync(Many("A", 10).Select(item => item.Id), Token);
        await CutAsync(engine, 256);
        string[] found = Shop.Ids(await engine.SearchAsync("thing", 2000, Token));
        Assert.Empty(found.Intersect(Many("A", 10).Select(item => item.Id.Value)));
        Assert.Equal(990 + (256 - 10), found.Length);

        IndexReport report = await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(("products@1", 400 - (256 - 10), 1390), (report.Collection, report.Encoded, report.Items));
        Assert.Equal(1390, (await engine.SearchAsync("thing", 2000, Token)).Count);
        report = await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal((0, 0, 0, 1390), (report.Encoded, report.Refreshed, report.Removed, report.Unchanged));
    }

    [Fact]
    public async Task Another_catalogue_is_not_seen_before_all_of_it_is_there()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AddAsync(Many("A", 300), Token);
        await engine.IndexAsync(cancellationToken: Token);
        await engine.RemoveAsync(Many("A", 300).Select(item => item.Id), Token);
        await engine.AddAsync(Many("B", 600), Token);
        await CutAsync(engine, 256);
        Assert.Empty(await engine.SearchAsync("thing", cancellationToken: Token));
        Assert.Equal(600, engine.NotIndexed);

        IndexReport report = await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal("products@2", report.Collection);
        Assert.InRange(report.Encoded, 1, 600 - 200);   // it went on with what the call before had done
        Assert.Equal(600, (await engine.SearchAsync("thing", 1000, Token)).Count);
        Assert.Equal(300, report.Removed);
        Assert.Equal(["products@1", "products@2"], (await engine.Store.ListAsync(Token)).Select(c => c.Name));
    }

    [Fact]
    public async Task Vectors_of_texts_that_stay_the_same_are_taken_over_into_a_new_version()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AddAsync(Many("A", 300), Token);
        await engine.IndexAsync(cancellationToken: Token);
        await engine.AddAsync(Many("A", 300).Select(item => item with { Price = 5 }), Token);
        IndexReport report = await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(("products@2", 0, 300, 300), (report.Collection, report.Encoded, report.Refreshed, report.TakenOver));
        Assert.Equal(300, (await engine.SearchAsync(new() { Text = "thing", Count = 1000, Filter = Filter.Parse("price == 5") }, Token)).Count);
    }

    [Fact]
    public async Task What_an_older_version_has_encoded_is_taken_over_on_the_way_back_to_its_template()
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        await using (HybridEngine other = await _shop.OpenAsync(new ItemTextTemplate("{title}")))
        {
            IndexReport there = await other.IndexAsync(cancellationToken: Token);
            Assert.Equal(("products@2", 10, 0), (there.Collection, there.Encoded, there.TakenOver));
            await other.AddAsync(Shop.Items[0] with { Title = "Garden hose" }, Token);
            await other.AddAsync(Shop.Items[1] with { Price = 5 }, Token);
            await other.IndexAsync(cancellationToken: Token);
        }
        await using HybridEngine engine = await _shop.OpenAsync();
        IndexReport report = await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(("products@3", 1, 9, 1, 8), (report.Collection, report.Encoded, report.TakenOver, report.Refreshed, report.Unchanged));
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("watering the garden", 1, Token))[0]);
        Assert.Equal(0, (await engine.IndexAsync(cancellationToken: Token)).TakenOver);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_was_lost_or_emptied_is_filled_again(bool isLost)
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        if (isLost)
        {
            foreach (string file in _shop.FileNames.Where(name => name.StartsWith("vectors.db", StringComparison.Ordinal)).ToList())
                File.Delete(_shop.DataFile(file));
        }
        else
        {
            await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(_shop.DataFile("vectors.db"));
            await (await store.OpenAsync("products", cancellationToken: Token)).RemoveAsync(["P1", "P4"], Token);
        }
        await using HybridEngine engine = await _shop.OpenAsync();
        if (isLost)
            Assert.Equal(NotReadyReason.NotIndexed,
                (await Assert.ThrowsAsync<NotReadyException>(() => engine.SearchAsync("x", cancellationToken: Token))).Reason);
        IndexReport report = await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal(isLost ? 10 : 2, report.Encoded);
        Assert.Equal(10, (await engine.SearchAsync("headphones", 20, Token)).Count);
    }

    [Fact]
    public async Task A_store_put_back_from_an_older_copy_is_found_out_when_asked_to()
    {
        await using (HybridEngine engine = await _shop.OpenIndexedAsync())
        {
        }
        File.Copy(_shop.DataFile("vectors.db"), _shop.File("copy.db"));
        await using (HybridEngine engine = await _shop.OpenAsync())
        {
            await engine.AddAsync(Shop.Items[0] with { Title = "Garden hose" }, Token);
            await engine.IndexAsync(cancellationToken: Token);
        }
        File.Copy(_shop.File("copy.db"), _shop.DataFile("vectors.db"), overwrite: true);
        await using HybridEngine again = await _shop.OpenAsync();
        Assert.Equal(0, (await again.IndexAsync(cancellationToken: Token)).Encoded);
        Assert.Equal(1, (await again.IndexAsync(verify: true, cancellationToken: Token)).Encoded);
        Assert.Equal("P1", Shop.Ids(await again.SearchAsync("watering the garden", 1, Token))[0]);
    }

    [Fact]
    public async Task Many_indexings_at_once_wait_for_each_other()
    {
        await using HybridEngine one = await _shop.OpenAsync(), other = await _shop.OpenAsync();
        await one.AddAsync(Many("A", 300), Token);
        IndexReport[] reports = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? one : other).IndexAsync(cancellationToken: Token)));
        Assert.Equal(300, reports.Sum(r => r.Encoded));
        Assert.All(reports, r => Assert.Equal("products@1", r.Collection));
    }

    [Fact]
    public async Task A_change_log_of_others_is_left_alone()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        engine.Records.Changes.Follow("popularity-feed");
        for (int i = 0; i < 3; i++)
        {
            await engine.AddAsync(Shop.Items.Select(item => item with { Title = $"{item.Title} {i}" }), Token);
            await engine.IndexAsync(cancellationToken: Token);
        }
        Assert.Equal(["popularity-feed", "products@3", "products@4"], engine.Records.Changes.ReadTargets());
    }

    internal static IEnumerable<Item> Many(string prefix, int count) =>
        Enumerable.Range(0, count).Select(i => Shop.Product($"{prefix}{i:D4}", $"{(prefix == "A" ? "Some" : "Other")} thing number {i}"));

    private static async Task CutAsync(HybridEngine engine, long after)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => engine.IndexAsync(progress: new Watch(done =>
        {
            if (done >= after)
                cut.Cancel();
        }), cancellationToken: cut.Token));
    }

    private static async Task ExpectWithoutAsync(HybridEngine engine, int count, params string[] gone)
    {
        Assert.Equal(count, (await engine.SearchAsync("headphones", count, Token)).Count);
        foreach (RecommendQuery query in (RecommendQuery[])[new() { Text = "headphones" }, new() { Item = "K1" }, new() { User = "a1", ExcludeSeen = false },
            new()])
            Assert.Empty(Shop.Ids(await engine.RecommendAsync(query with { Count = 20 }, Token)).Intersect(gone));
        Assert.Empty(Shop.Ids(await engine.SearchAsync("headphones", 20, Token)).Intersect(gone));
    }

    // Progress itself would report on another thread, later.
    private sealed class Watch(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
