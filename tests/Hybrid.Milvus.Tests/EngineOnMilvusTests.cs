using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Milvus.Tests.Servers;
using Hybrid.Recommending;
using Hybrid.Records;

namespace Hybrid.Milvus.Tests;

/// <summary>A shop whose vectors are on a server: one setting is all that is other.</summary>
public sealed class EngineOnMilvusTests(MilvusServer server) : IDisposable
{
    private static readonly Item[] Items =
    [
        new("K1") { Title = "Espresso machine", Category = "kitchen", Price = 349, InStock = true },
        new("K2") { Title = "Burr coffee grinder", Category = "kitchen", Price = 79 },
        new("P1") { Title = "Wireless headphones", Category = "audio", Price = 199.5, Attributes = new Dictionary<string,
            AttributeValue> { ["color"] = "red" } },
        new("P2") { Title = "Wired in-ear headphones", Category = "audio", Price = 19 },
        new("T1") { Title = "Wooden train", Category = "toys" },
        new("T2") { Title = "Picture book", Category = "toys" },
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-milvus-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_same_program_runs_on_a_server_by_one_setting()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        await using HybridEngine engine = await OpenAsync(database);
        await engine.AddAsync(Items, Token);
        await engine.AppendAsync([new("U1", "K1", "view", DateTimeOffset.UnixEpoch), new("U1", "K2", "view", DateTimeOffset.UnixEpoch)], Token);

        IndexReport report = await engine.IndexAsync(cancellationToken: Token);

        Assert.Equal(("products@1", 6), (report.Collection, report.Encoded));
        Assert.Equal("K1", (await engine.SearchAsync("espresso", 1, Token))[0].Item.Id.Value);
        Assert.Equal("Wired in-ear headphones", (await engine.SearchAsync(
            new SearchQuery { Text = "headphones", Filter = Filter.Parse("price < 100 and category == 'audio'") }, Token))[0].Item.Title);
        Assert.NotEmpty(await engine.RecommendAsync(new() { User = "U1", Text = "music" }, Token));
        await engine.RemoveAsync(["K1"], Token);
        Assert.DoesNotContain("K1", (await engine.SearchAsync("espresso", 4, Token)).Select(r => r.Item.Id.Value));
        await engine.AddAsync(new Item("P2") { Title = "Turntable", Category = "audio" }, Token);
        Assert.Equal((1, 1), await engine.IndexAsync(cancellationToken: Token) is var second ? (second.Encoded, second.Removed) : default);
        Assert.Equal("P2", (await engine.SearchAsync("turntable", 1, Token))[0].Item.Id.Value);
        EngineStatus status = await engine.ReadStatusAsync(Token);
        for (int asked = 1; status.StoreFailure is not null && asked < 10; asked++)
            status = await engine.ReadStatusAsync(Token);   // it waits 5 s for a server, which many tests keep busy
        Assert.Equal(($"milvus {database.Endpoint.Authority}/{database.Name}", null, "products@1"), (status.Store, status.StoreFailure, status.InUse));
        Assert.Equal(5, Assert.Single(status.Collections).Collection.Count);
        Assert.DoesNotContain(_folder.EnumerateFiles("vectors.db*", SearchOption.AllDirectories), _ => true);
    }

    [Fact]
    public async Task A_copy_goes_to_the_server_and_back_and_both_have_the_same_rows()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        ExternalStore store = StoreOf(database);
        await using HybridEngine embedded = await HybridEngine.OpenAsync(Options("data"), cancellationToken: Token);
        await embedded.AddAsync(Items, Token);
        await embedded.IndexAsync(cancellationToken: Token);

        CopyReport there = await embedded.CopyAsync(store, switches: true, cancellationToken: Token);

        Assert.Equal((6, 6, true), ((int)there.Rows, (int)there.Copied, there.IsInUse));
        await using HybridEngine remote = await OpenAsync(database);
        Assert.Equal("K1", (await remote.SearchAsync("espresso", 1, Token))[0].Item.Id.Value);
        Assert.Equal((0, 6), await remote.IndexAsync(cancellationToken: Token) is var index ? (index.Encoded, index.Unchanged) : default);
        await remote.AddAsync(new Item("P3") { Title = "Party speaker" }, Token);
        await remote.RemoveAsync(["P1"], Token);
        await remote.IndexAsync(cancellationToken: Token);
        CopyReport back = await remote.CopyAsync(null, cancellationToken: Token);
        Assert.Equal((6, 1, 1, true), ((int)back.Rows, (int)back.Copied, (int)back.Removed, back.IsInUse));
        Assert.Equal("P3", (await embedded.SearchAsync("speaker", 1, Token))[0].Item.Id.Value);
        Assert.Equal(0, embedded.NotIndexed);
    }

    [Fact]
    public async Task A_process_without_the_records_reads_titles_and_fields_and_writes_nothing()
    {
        await using MilvusDatabase database = await server.NewDatabaseAsync();
        await using (HybridEngine owner = await OpenAsync(database))
        {
            await owner.AddAsync(Items, Token);
            await owner.IndexAsync(cancellationToken: Token);
        }
        await using HybridEngine reader = await HybridEngine.OpenAsync(Options("elsewhere") with { Store = StoreOf(database), WithoutRecords = true },
            cancellationToken: Token);

        Item best = (await reader.SearchAsync("espresso", 1, Token))[0].Item;
        Assert.Equal(("K1", "Espresso machine", "kitchen", 349.0, true), (best.Id.Value, best.Title, best.Category, best.Price, best.InStock));
        Assert.Equal("Wired in-ear headphones", (await reader.SimilarAsync("P1", 1, Token))[0].Item.Title);
        Recommendation recommended = (await reader.RecommendAsync(new() { Text = "a drink", History = ["K2"], ExcludeSeen = true, Count = 1 }, Token))[0];
        Assert.Equal("Espresso machine", recommended.Item.Title);
        Assert.Equal("red", (await reader.SearchAsync("P1", 1, Token))[0].Item.Attributes["color"].Text);
        await Assert.ThrowsAsync<RecordsException>(() => reader.AddAsync(Items, Token));
        await Assert.ThrowsAsync<RecordsException>(() => reader.IndexAsync(cancellationToken: Token));
        Assert.False((await reader.ReadStatusAsync(Token)).HasRecords);
    }

    private HybridOptions Options(string folder) => new() { DataPath = Path.Combine(_folder.FullName, folder) };

    private Task<HybridEngine> OpenAsync(MilvusDatabase database) =>
        HybridEngine.OpenAsync(Options("data").UseMilvus(UriOf(database)), cancellationToken: Token);

    private static string UriOf(MilvusDatabase database) => $"milvus://{database.Endpoint.Authority}/{database.Name}";

    private static ExternalStore StoreOf(MilvusDatabase database) => MilvusStoreOptions.Parse(UriOf(database)).ToExternalStore();
}
