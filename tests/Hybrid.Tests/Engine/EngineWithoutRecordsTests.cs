using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;
using Hybrid.Records;

namespace Hybrid.Tests.Engine;

/// <summary>A process that has a store and no records: it reads what another one owns.</summary>
public sealed class EngineWithoutRecordsTests : IAsyncLifetime
{
    private readonly Shop _shop = new();
    private readonly SecondStore _server;

    public EngineWithoutRecordsTests() => _server = new SecondStore(_shop);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Texts made by a template that the reader does not know of.
        await using HybridEngine owner = await _server.OpenAsync(options => options with { Template = new ItemTextTemplate("{title}: {category}") });
        await owner.AddAsync(Shop.Items, Token);
        await owner.AppendAsync(Shop.Events, Token);
        await owner.IndexAsync(cancellationToken: Token);
    }

    public ValueTask DisposeAsync()
    {
        _shop.Dispose();
        return default;
    }

    [Fact]
    public async Task It_searches_and_recommends_with_what_the_collection_has_and_makes_no_folder()
    {
        await using HybridEngine reader = await _server.OpenElsewhereAsync();

        SearchResult best = (await reader.SearchAsync("espresso", 1, Token))[0];
        Assert.Equal(("K1", "kitchen", 349.0), (best.Item.Id.Value, best.Item.Category, best.Item.Price));
        Assert.DoesNotContain("P1", Shop.Ids(await reader.SimilarAsync("P1", 5, Token)));
        Assert.True((await reader.SearchAsync("K2", 3, Token))[0] is { IsExact: true, Item.Id.Value: "K2" });
        Assert.Equal(["P2", "N1"], Shop.Ids(await reader.SearchAsync(
            new SearchQuery { Text = "headphones", Count = 5, Filter = Filter.Parse("price < 150 and category == 'audio' and id != 'P3'") }, Token)));
        IReadOnlyList<Recommendation> recommended = await reader.RecommendAsync(new() { Text = "coffee", History = ["K1"], Count = 3 }, Token);
        Assert.All(recommended, r => Assert.Equal("kitchen", r.Item.Category));
        Assert.Contains("K2", Shop.Ids(await reader.RecommendAsync(new() { History = ["K1", "K3"], Count = 3 }, Token)));
        Assert.NotEmpty(await reader.RecommendAsync(new() { Item = "P1", Count = 3, GroupBy = "category" }, Token));
        Assert.Equal(0, reader.NotIndexed);
        EngineStatus status = await reader.ReadStatusAsync(Token);
        Assert.Equal((false, true, "products@1", 0), (status.HasRecords, status.IsReadOnly, status.InUse, status.Files.Count));
        Assert.False(Directory.Exists(_shop.File("elsewhere")));
    }

    [Fact]
    public async Task It_refuses_writes_and_what_only_records_know_with_words()
    {
        await using HybridEngine reader = await _server.OpenElsewhereAsync();

        await ExpectRefusedAsync(() => reader.AddAsync(Shop.Items, Token));
        await ExpectRefusedAsync(() => reader.RemoveAsync(["K1"], Token));
        await ExpectRefusedAsync(() => reader.AppendAsync(Shop.Events, Token));
        await ExpectRefusedAsync(() => reader.ImportAsync(new ImportRequest { Items = ["items.csv"] }, cancellationToken: Token));
        await ExpectRefusedAsync(() => reader.IndexAsync(cancellationToken: Token));
        await ExpectRefusedAsync(() => reader.TrainAsync(cancellationToken: Token));
        await ExpectRefusedAsync(() => reader.CopyAsync(null, cancellationToken: Token));
        foreach (RecommendQuery query in (RecommendQuery[])[new() { User = "a1" }, new() { User = "a1", Text = "coffee" }, new()])
            Assert.Equal(NotReadyReason.NoRecords, (await Assert.ThrowsAsync<NotReadyException>(() => reader.RecommendAsync(query, Token))).Reason);
        Assert.Equal(NotReadyReason.NoRecords,
            (await Assert.ThrowsAsync<NotReadyException>(async () => await reader.ExportAsync(Token).FirstAsync(Token))).Reason);
        await Assert.ThrowsAsync<UnknownItemException>(() => reader.SimilarAsync("NOBODY", cancellationToken: Token));
        await Assert.ThrowsAsync<UnknownItemException>(() => reader.RecommendAsync(new() { Item = "NOBODY" }, Token));

        async Task ExpectRefusedAsync(Func<Task> write)
        {
            RecordsException refused = await Assert.ThrowsAsync<RecordsException>(write);
            Assert.Contains("there are no records, and server shop.example:1/shop is only read here", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_empty_folder_reads_the_collection_of_others_and_begins_no_catalogue_beside_it()
    {
        await using (HybridEngine engine = await _server.OpenAsync(options => options with { DataPath = _shop.File("empty") }))
        {
            Assert.Equal("K1", Shop.Ids(await engine.SearchAsync("espresso", 1, Token))[0]);
            RecordsException refused = await Assert.ThrowsAsync<RecordsException>(() => engine.AddAsync(Shop.Items, Token));
            Assert.Contains("server shop.example:1/shop holds products@1, which is made from the records of another folder", refused.Message,
                StringComparison.Ordinal);
            Assert.False((await engine.ReadStatusAsync(Token)).HasRecords);
        }
        Assert.False(File.Exists(Path.Combine(_shop.File("empty"), "records.db")));
    }

    [Fact]
    public async Task It_follows_the_alias_to_what_the_owner_has_indexed_anew()
    {
        await using HybridEngine reader = await _server.OpenElsewhereAsync();
        Assert.Equal("K1", Shop.Ids(await reader.SearchAsync("espresso", 1, Token))[0]);
        await using (HybridEngine owner = await _server.OpenAsync())   // the default template: another space, a new version
        {
            await owner.AddAsync(Shop.Product("P9", "Turntable"), Token);
            Assert.Equal("products@2", (await owner.IndexAsync(cancellationToken: Token)).Collection);
        }
        await Shop.EventuallyAsync(async () => Shop.Ids(await reader.SearchAsync("turntable", 1, Token))[0] == "P9", "the reader has the new version");
    }

    [Fact]
    public async Task A_store_with_nothing_in_it_is_not_indexed_and_one_that_is_down_says_so()
    {
        await using HybridEngine reader = await HybridEngine.OpenAsync(_shop.Options with
        {
            DataPath = _shop.File("nowhere"),
            WithoutRecords = true,
            Store = new ExternalStore("empty", (_, _) => Task.FromResult<IVectorStore>(EmbeddedVectorStore.Open(":memory:"))),
        }, cancellationToken: Token);
        Assert.Equal(NotReadyReason.NotIndexed,
            (await Assert.ThrowsAsync<NotReadyException>(() => reader.SearchAsync("espresso", cancellationToken: Token))).Reason);
        _server.IsDown = true;
        await using HybridEngine down = await _server.OpenElsewhereAsync();
        Assert.Contains("nobody answers", (await down.ReadStatusAsync(Token)).StoreFailure, StringComparison.Ordinal);
        await Assert.ThrowsAsync<VectorStoreException>(() => down.SearchAsync("espresso", cancellationToken: Token));
    }

    [Fact]
    public async Task Without_a_store_there_is_nothing_to_read()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => HybridEngine.OpenAsync(_shop.Options with { WithoutRecords = true }, cancellationToken: Token));
    }
}
