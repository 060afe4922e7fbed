using Hybrid.Indexing;
using Hybrid.Records;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Hybrid.Tests.Engine;

/// <summary>An engine whose vectors are in a store elsewhere.</summary>
public sealed class EngineStoreTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_folder_that_is_indexed_in_one_store_is_not_indexed_in_another_and_says_so()
    {
        var server = new SecondStore(_shop);
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        await using HybridEngine engine = await server.OpenAsync();

        NotReadyException missing = await Assert.ThrowsAsync<NotReadyException>(() => engine.SearchAsync("headphones", cancellationToken: Token));

        Assert.Equal(NotReadyReason.NotIndexed, missing.Reason);
        Assert.Contains($"Nothing is indexed of {_shop.Options.DataPath} in server shop.example:1/shop yet", missing.Message, StringComparison.Ordinal);
        Assert.Equal(Shop.Items.Length, engine.NotIndexed);
    }

    [Fact]
    public async Task Two_stores_of_one_folder_have_a_collection_of_one_name_and_each_takes_every_change()
    {
        var server = new SecondStore(_shop);
        await using HybridEngine embedded = await _shop.OpenIndexedAsync();
        await using HybridEngine remote = await server.OpenAsync();
        Assert.Equal(("products@1", Shop.Items.Length), await remote.IndexAsync(cancellationToken: Token) is var first ? (first.Collection, first.Encoded)
            : default);

        await embedded.AddAsync(Shop.Product("P9", "Turntable"), Token);
        await embedded.RemoveAsync(["K1"], Token);
        IndexReport here = await embedded.IndexAsync(cancellationToken: Token);

        Assert.Equal(("products@1", 1, 1), (here.Collection, here.Encoded, here.Removed));
        Assert.Equal((0, 1), (embedded.NotIndexed, remote.NotIndexed));
        Assert.DoesNotContain("K1", Shop.Ids(await remote.SearchAsync("espresso", 10, Token)));   // gone at once, as everywhere
        Assert.DoesNotContain("P9", Shop.Ids(await remote.SearchAsync("turntable", 10, Token)));
        IndexReport there = await remote.IndexAsync(cancellationToken: Token);
        Assert.Equal(("products@1", 1, 1), (there.Collection, there.Encoded, there.Removed));
        Assert.Equal("P9", Shop.Ids(await remote.SearchAsync("turntable", 1, Token))[0]);
        Assert.Equal(["products@1"], embedded.Records.Changes.ReadTargets());
        Assert.Equal(["products@1"], embedded.Records.ChangesOf(server.Store.Name).ReadTargets());
    }

    [Fact]
    public async Task A_store_that_is_down_fails_what_needs_it_and_nothing_else_and_is_asked_again()
    {
        var server = new SecondStore(_shop) { IsDown = true };
        await using HybridEngine engine = await server.OpenAsync();

        await engine.AddAsync(Shop.Items, Token);
        await engine.AppendAsync(Shop.Events, Token);
        await engine.TrainAsync(cancellationToken: Token);
        EngineStatus status = await engine.ReadStatusAsync(Token);
        Assert.Equal((Shop.Items.Length, Shop.Events.Length, server.Store.Name), ((int)status.Items, (int)status.Events, status.Store));
        Assert.Contains("nobody answers", status.StoreFailure, StringComparison.Ordinal);
        Assert.NotNull(status.Behavior);
        Assert.Empty(status.Collections);
        VectorStoreException failure = await Assert.ThrowsAsync<VectorStoreException>(() => engine.IndexAsync(cancellationToken: Token));
        Assert.Equal("server shop.example:1/shop: open failed: nobody answers. Start the server.", failure.Message);

        server.IsDown = false;
        await engine.IndexAsync(cancellationToken: Token);
        Assert.Equal("K1", Shop.Ids(await engine.SearchAsync("espresso", 1, Token))[0]);
        EngineStatus later = await engine.ReadStatusAsync(Token);
        Assert.Equal((null, "products@1", 1), (later.StoreFailure, later.InUse, later.Collections.Count));
    }

    [Fact]
    public async Task A_search_fails_while_an_indexed_store_is_down()
    {
        var server = new SecondStore(_shop);
        await using (HybridEngine engine = await server.OpenAsync())
        {
            await engine.AddAsync(Shop.Items, Token);
            await engine.IndexAsync(cancellationToken: Token);
        }
        server.IsDown = true;
        await using HybridEngine next = await server.OpenAsync();
        VectorStoreException failure = await Assert.ThrowsAsync<VectorStoreException>(() => next.SearchAsync("espresso", cancellationToken: Token));
        Assert.True(failure.IsTransient);
        server.IsDown = false;
        Assert.Equal("K1", Shop.Ids(await next.SearchAsync("espresso", 1, Token))[0]);
    }

    [Fact]
    public async Task The_engine_closes_the_store_that_it_has_opened_and_says_its_name()
    {
        var server = new SecondStore(_shop);
        await using (HybridEngine engine = await server.OpenAsync())
        {
            await engine.AddAsync(Shop.Items[0], Token);
            await engine.IndexAsync(cancellationToken: Token);
            Assert.Equal(1, server.Open);
            Assert.Equal("server shop.example:1/shop", (await engine.ReadStatusAsync(Token)).Store);
        }
        Assert.Equal(0, server.Open);
        Assert.False(File.Exists(_shop.DataFile("vectors.db")));
        await using HybridEngine embedded = await _shop.OpenAsync();
        Assert.Equal($"embedded {_shop.DataFile("vectors.db")}", (await embedded.ReadStatusAsync(Token)).Store);
    }

    [Fact]
    public async Task AddHybrid_opens_the_store_of_the_options()
    {
        var server = new SecondStore(_shop);
        var services = new ServiceCollection();
        services.AddHybrid(server.Options);
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            var engine = provider.GetRequiredService<HybridEngine>();
            Assert.Equal(0, server.Open);
            await engine.AddAsync(Shop.Items, Token);
            await engine.IndexAsync(cancellationToken: Token);
            Assert.Equal("K1", Shop.Ids(await engine.SearchAsync("espresso", 1, Token))[0]);
        }
        Assert.Equal(0, server.Open);
    }

    [Fact]
    public async Task After_the_store_got_another_address_its_vectors_are_taken_over_and_served_until_then()
    {
        await using (HybridEngine engine = await new SecondStore(_shop).OpenAsync())
        {
            await engine.AddAsync(Shop.Items, Token);
            await engine.IndexAsync(cancellationToken: Token);
        }
        var moved = new SecondStore(_shop, "server 10.0.0.7:1/shop");
        await using HybridEngine next = await moved.OpenAsync();
        await next.AddAsync(Shop.Product("P9", "Turntable"), Token);

        IndexReport report = await next.IndexAsync(cancellationToken: Token);

        Assert.Equal(("products@2", 1, Shop.Items.Length + 1), (report.Collection, report.Encoded, report.Items));
        Assert.Equal("P9", Shop.Ids(await next.SearchAsync("turntable", 1, Token))[0]);
        Assert.Equal("products@2", await next.Store.ResolveAsync(HybridEngine.ItemsAlias, Token));
    }

    [Fact]
    public async Task Records_of_the_version_before_keep_their_collection_in_the_embedded_store()
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        using (var older = new SqliteConnection($"Data Source={_shop.DataFile("records.db")};Pooling=False"))
        {
            older.Open();
            using SqliteCommand back = older.CreateCommand();
            back.CommandText = """
                ALTER TABLE snapshot ADD COLUMN collection TEXT;
                ALTER TABLE snapshot ADD COLUMN alias_follows INTEGER NOT NULL DEFAULT 0;
                UPDATE snapshot SET (collection, alias_follows) = (SELECT collection, alias_follows FROM stores);
                DROP TABLE stores;
                DROP INDEX events_by_id;
                ALTER TABLE events DROP COLUMN id;
                DROP TABLE dead_letters;
                DROP TABLE streams;
                DROP INDEX events_by_user;
                CREATE INDEX events_by_user ON events (user, time, sequence);
                PRAGMA user_version = 2;
                """;
            back.ExecuteNonQuery();
        }
        await using HybridEngine engine = await _shop.OpenAsync();
        Assert.Equal((true, "products@1"), engine.Records.ReadSnapshot() is var row ? (row.AliasFollows, row.Collection) : default);
        Assert.Equal("K1", Shop.Ids(await engine.SearchAsync("espresso", 1, Token))[0]);
        Assert.Equal(0, (await engine.IndexAsync(cancellationToken: Token)).Encoded);
        using var now = new SqliteConnection($"Data Source={_shop.DataFile("records.db")};Pooling=False;Mode=ReadOnly");
        now.Open();
        using SqliteCommand plan = now.CreateCommand();
        plan.CommandText = "EXPLAIN QUERY PLAN SELECT item, kind FROM events WHERE user = 'u' ORDER BY time DESC, sequence DESC";
        using SqliteDataReader step = plan.ExecuteReader();
        Assert.True(step.Read());
        Assert.Contains("COVERING INDEX events_by_user", step.GetString(3), StringComparison.Ordinal);
    }

    [Fact]
    public void The_change_logs_of_two_stores_do_not_see_each_other()
    {
        using RecordStore records = RecordStore.Open(":memory:");
        ChangeLog own = records.Changes, other = records.ChangesOf("server a:1"), third = records.ChangesOf("server a:1/b");
        own.Follow("products@1");
        other.Follow("products@1");
        other.NoteComplete("products@1");
        third.Follow("products@2");
        Assert.Equal(["products@1"], own.ReadTargets());
        Assert.Equal(["products@1"], other.ReadTargets());
        Assert.Equal(["products@2"], third.ReadTargets());
        Assert.Equal((false, true, false), (own.IsComplete("products@1"), other.IsComplete("products@1"), third.IsComplete("products@2")));
        records.UseCollection("products@1", "server a:1");
        Assert.Equal((null, "products@1"), (records.ReadSnapshot().Collection, records.ReadSnapshot("server a:1").Collection));
    }
}
