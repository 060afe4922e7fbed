using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Engine;

/// <summary>A folder's index copied from one store to another.</summary>
public sealed class EngineCopyTests : IDisposable
{
    private readonly Shop _shop = new();
    private readonly SecondStore _server;

    public EngineCopyTests() => _server = new SecondStore(_shop);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task A_copy_with_a_switch_is_found_by_who_opens_the_folder_with_the_other_store_and_nothing_is_encoded_again()
    {
        await using HybridEngine embedded = await _shop.OpenIndexedAsync();
        await using HybridEngine remote = await _server.OpenAsync();

        CopyReport report = await embedded.CopyAsync(_server.Store, switches: true, cancellationToken: Token);

        Assert.Equal(("products@1", "products@1", 10, 10, true), (report.From, report.To, (int)report.Rows, (int)report.Copied, report.IsInUse));
        Assert.Equal("K1", Shop.Ids(await remote.SearchAsync("espresso", 1, Token))[0]);
        Assert.Equal(0, remote.NotIndexed);
        Assert.Equal((0, 10), await remote.IndexAsync(cancellationToken: Token) is var index ? (index.Encoded, index.Unchanged) : default);
        Assert.Equal("products@1", await remote.Store.ResolveAsync(HybridEngine.ItemsAlias, Token));
    }

    [Fact]
    public async Task Without_a_switch_nobody_reads_the_copy_and_a_second_call_goes_on_with_it()
    {
        await using HybridEngine embedded = await _shop.OpenIndexedAsync();
        await using HybridEngine remote = await _server.OpenAsync();
        Assert.False((await embedded.CopyAsync(_server.Store, cancellationToken: Token)).IsInUse);
        await Assert.ThrowsAsync<NotReadyException>(() => remote.SearchAsync("espresso", cancellationToken: Token));
        await embedded.AddAsync(Shop.Product("P9", "Turntable"), Token);
        await embedded.IndexAsync(cancellationToken: Token);

        CopyReport second = await embedded.CopyAsync(_server.Store, switches: true, cancellationToken: Token);

        Assert.Equal(("products@1", 1, 10), (second.To, (int)second.Copied, (int)second.Unchanged));
        Assert.Equal("P9", Shop.Ids(await remote.SearchAsync("turntable", 1, Token))[0]);
    }

    [Fact]
    public async Task What_the_source_has_not_taken_from_the_records_yet_is_still_to_be_indexed_in_the_copy()
    {
        await using HybridEngine embedded = await _shop.OpenIndexedAsync();
        await embedded.AddAsync([Shop.Product("P9", "Turntable"), Shop.Product("K2", "Hand coffee mill", "kitchen", 20)], Token);
        await embedded.RemoveAsync(["K1"], Token);
        await using HybridEngine remote = await _server.OpenAsync();

        await embedded.CopyAsync(_server.Store, switches: true, cancellationToken: Token);

        Assert.DoesNotContain("K1", Shop.Ids(await remote.SearchAsync("espresso", 10, Token)));
        Assert.Equal(2, remote.NotIndexed);
        Assert.Equal((2, 1), await remote.IndexAsync(cancellationToken: Token) is var index ? (index.Encoded, index.Removed) : default);
        Assert.Equal("K2", Shop.Ids(await remote.SearchAsync("mill", 1, Token))[0]);
    }

    [Fact]
    public async Task A_copy_over_newer_rows_in_use_leaves_them_to_be_indexed_again()
    {
        await using HybridEngine embedded = await _shop.OpenIndexedAsync();
        await using HybridEngine remote = await _server.OpenAsync();
        await embedded.CopyAsync(_server.Store, switches: true, cancellationToken: Token);
        await remote.AddAsync(Shop.Product("P9", "Turntable"), Token);
        await remote.IndexAsync(cancellationToken: Token);
        Assert.Equal((1, 0), (embedded.NotIndexed, remote.NotIndexed));

        CopyReport report = await embedded.CopyAsync(_server.Store, cancellationToken: Token);

        Assert.Equal((1, true, 1), ((int)report.Removed, report.IsInUse, (int)remote.NotIndexed));
        await remote.IndexAsync(cancellationToken: Token);
        Assert.Equal("P9", Shop.Ids(await remote.SearchAsync("turntable", 1, Token))[0]);
    }

    [Fact]
    public async Task It_goes_back_into_the_folder_as_well()
    {
        await using HybridEngine remote = await _server.OpenAsync();
        await remote.AddAsync(Shop.Items, Token);
        await remote.IndexAsync(cancellationToken: Token);

        CopyReport report = await remote.CopyAsync(null, switches: true, cancellationToken: Token);

        await using HybridEngine embedded = await _shop.OpenAsync();
        Assert.Equal((10, 0), ((int)report.Copied, embedded.NotIndexed));
        Assert.Equal("K1", Shop.Ids(await embedded.SearchAsync("espresso", 1, Token))[0]);
        await using EmbeddedVectorStore server = EmbeddedVectorStore.Open(_shop.File("server.db"));
        Assert.Equal(report.Checksum, (await new CollectionCopy(await server.OpenAsync("products@1", cancellationToken: Token),
            await embedded.Store.OpenAsync("products@1", cancellationToken: Token)).RunAsync(cancellationToken: Token)).Checksum);
    }

    [Fact]
    public async Task An_index_cut_short_in_the_other_store_is_gone_on_with_by_the_copy()
    {
        await using HybridEngine embedded = await _shop.OpenIndexedAsync();
        await using HybridEngine remote = await _server.OpenAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => remote.IndexAsync(progress: new CancelAtOnce(stop), cancellationToken: stop.Token));

        CopyReport report = await embedded.CopyAsync(_server.Store, switches: true, cancellationToken: Token);

        Assert.Equal(("products@1", 10), (report.To, (int)report.Rows));
        Assert.Equal((0, 10), await remote.IndexAsync(cancellationToken: Token) is var index ? (index.Encoded, index.Unchanged) : default);
    }

    [Fact]
    public async Task What_cannot_be_copied_is_said()
    {
        await using HybridEngine embedded = await _shop.OpenAsync();
        await embedded.AddAsync(Shop.Items, Token);
        Assert.Equal(NotReadyReason.NotIndexed,
            (await Assert.ThrowsAsync<NotReadyException>(() => embedded.CopyAsync(_server.Store, cancellationToken: Token))).Reason);
        await Assert.ThrowsAsync<ArgumentException>(() => embedded.CopyAsync(null, cancellationToken: Token));
        await embedded.IndexAsync(cancellationToken: Token);
        _server.IsDown = true;
        await Assert.ThrowsAsync<VectorStoreException>(() => embedded.CopyAsync(_server.Store, cancellationToken: Token));
    }

    private sealed class CancelAtOnce(CancellationTokenSource stop) : IProgress<long>
    {
        public void Report(long value) => stop.Cancel();
    }
}
