using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Records;
using Hybrid.Tests.Encoding;
using Hybrid.Vectors;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hybrid.Tests.Engine;

public sealed class HybridServicesTests(ITestOutputHelper output) : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddHybrid_gives_a_host_the_engine_over_a_folder(bool byConfigure)
    {
        await (await _shop.OpenIndexedAsync()).DisposeAsync();
        HostApplicationBuilder builder = Quiet();
        if (byConfigure)
            builder.Services.AddHybrid(o => o with { DataPath = _shop.Options.DataPath, ModelPath = MiniLm.Folder });
        else
            builder.Services.AddHybrid(_shop.Options);
        using (IHost host = builder.Build())
        {
            var engine = host.Services.GetRequiredService<HybridEngine>();
            Embedding<float> vector = await host.Services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>()
                .GenerateAsync("lamp", cancellationToken: Token);

            Assert.Equal("K1", Shop.Ids(await engine.RecommendAsync(new() { Text = "espresso" }, Token))[0]);
            Assert.Equal(384, vector.Vector.Length);
            Assert.Same(engine, host.Services.GetRequiredService<HybridEngine>());
            Assert.Equal(_shop.Options.DataPath, host.Services.GetRequiredService<HybridOptions>().DataPath);

            // What is trained later is served by the engine that the host has.
            await using HybridEngine other = await _shop.OpenAsync();
            await other.AppendAsync(Shop.Events, Token);
            await other.TrainAsync(cancellationToken: Token);
            Assert.NotNull((await engine.RecommendAsync(new() { User = "a1" }, Token))[0].BehaviorScore);
        }
        File.Delete(_shop.DataFile("records.db"));   // nobody holds it any more, also where a file that is open cannot be deleted
    }

    [Fact]
    public async Task Nothing_is_opened_before_the_engine_is_asked_for()
    {
        var services = new ServiceCollection();
        services.AddHybrid(_shop.Options with { ModelPath = _shop.File("no-model") });
        services.AddHybrid(_shop.Options with { DataPath = _shop.File("another") });   // the first one counts
        await using ServiceProvider provider = services.BuildServiceProvider();
        Assert.False(Directory.Exists(_shop.Options.DataPath));
        Assert.Equal(_shop.Options.DataPath, provider.GetRequiredService<HybridEngine>().Options.DataPath);
        Assert.Throws<ModelException>(() => provider.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>());
        Assert.False(Directory.Exists(_shop.File("another")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_provider_may_be_disposed_either_way(bool asynchronously)
    {
        var services = new ServiceCollection();
        services.AddHybrid(_shop.Options);
        ServiceProvider provider = services.BuildServiceProvider();
        var engine = provider.GetRequiredService<HybridEngine>();
        await engine.AddAsync(Shop.Items, Token);
        if (asynchronously)
            await provider.DisposeAsync();
        else
            provider.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => engine.AddAsync(Shop.Items, Token));
        await using HybridEngine again = await _shop.OpenAsync();
        Assert.Equal(10, again.NotIndexed);
    }

    [Fact]
    public async Task A_start_that_fails_is_one_clear_exception_and_a_later_one_may_succeed()
    {
        await File.WriteAllTextAsync(_shop.Options.DataPath, "", Token);
        HostApplicationBuilder builder = Quiet();
        builder.Services.AddHybrid(_shop.Options);
        using IHost host = builder.Build();
        var refusal = Assert.Throws<RecordsException>(host.Services.GetRequiredService<HybridEngine>);
        Assert.Contains(_shop.Options.DataPath, refusal.Message, StringComparison.Ordinal);
        File.Delete(_shop.Options.DataPath);
        Assert.Equal(0, host.Services.GetRequiredService<HybridEngine>().NotIndexed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_is_registered_is_used_and_disposed_once_by_its_owner(bool containerOwns)
    {
        var store = new WatchedStore();
        var services = new ServiceCollection();
        if (containerOwns)
            services.AddSingleton<IVectorStore>(_ => store);
        else
            services.AddSingleton<IVectorStore>(store);
        services.AddHybrid(_shop.Options);
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            var engine = provider.GetRequiredService<HybridEngine>();
            Assert.Same(store, engine.Store);
            await engine.AddAsync(Shop.Items, Token);
            await engine.IndexAsync(cancellationToken: Token);
            Assert.Equal("K1", Shop.Ids(await engine.SearchAsync("espresso", 1, Token))[0]);
        }
        Assert.Equal(containerOwns ? 1 : 0, store.Disposed);
        Assert.DoesNotContain("vectors.db", _shop.FileNames);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_host_that_stops_during_requests_ends_each_of_them_with_an_answer_or_a_word()
    {
        await using (HybridEngine engine = await _shop.OpenIndexedAsync())
        {
            await engine.AppendAsync(Shop.Events, Token);
            await engine.TrainAsync(cancellationToken: Token);
        }
        (int answered, int refused) = (0, 0);
        for (int run = 0; run < 13; run++)
        {
            HostApplicationBuilder builder = Quiet();
            builder.Services.AddHybrid(_shop.Options);
            IHost host = builder.Build();
            await host.StartAsync(Token);
            var engine = host.Services.GetRequiredService<HybridEngine>();
            var encoder = host.Services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>();
            int begun = 0;
            Task[] callers = [.. Enumerable.Range(0, 6).Select(caller => Task.Run(async () =>
            {
                try
                {
                    while (true)
                    {
                        Interlocked.Increment(ref begun);
                        if (caller == 0)
                            await encoder.GenerateAsync("a gift for a child", cancellationToken: Token);
                        else
                            Assert.NotEmpty(await engine.RecommendAsync(new() { User = "a1", Text = "a gift for a child" }, Token));
                        Interlocked.Increment(ref answered);
                    }
                }
                catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
                {
                    Interlocked.Increment(ref refused);
                }
            }, Token))];
            SpinWait.SpinUntil(() => Volatile.Read(ref begun) >= 6 + run || callers.All(caller => caller.IsCompleted));
            await host.StopAsync(Token);
            if (run % 2 == 0)
                host.Dispose();
            else
                await ((IAsyncDisposable)host).DisposeAsync();
            await Task.WhenAll(callers);
        }
        output.WriteLine($"{answered} answered, {refused} refused");
        Assert.Equal(13 * 6, refused);
    }

    private static HostApplicationBuilder Quiet()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        return builder;
    }

    /// <summary>A store of somebody else, who wants to be disposed once.</summary>
    private sealed class WatchedStore : IVectorStore
    {
        private readonly EmbeddedVectorStore _inner = EmbeddedVectorStore.Open(":memory:");

        public int Disposed { get; private set; }

        public Task<IVectorCollection> CreateAsync(string name, VectorSpace space, CancellationToken cancellationToken = default) =>
            _inner.CreateAsync(name, space, cancellationToken);

        public Task<IVectorCollection> OpenAsync(string nameOrAlias, VectorSpace? space = null, CancellationToken cancellationToken = default) =>
            _inner.OpenAsync(nameOrAlias, space, cancellationToken);

        public Task<string?> ResolveAsync(string nameOrAlias, CancellationToken cancellationToken = default) =>
            _inner.ResolveAsync(nameOrAlias, cancellationToken);

        public Task<IReadOnlyList<CollectionInfo>> ListAsync(CancellationToken cancellationToken = default) => _inner.ListAsync(cancellationToken);

        public Task SetAliasAsync(string alias, string collection, CancellationToken cancellationToken = default) =>
            _inner.SetAliasAsync(alias, collection, cancellationToken);

        public Task DropAsync(string collection, CancellationToken cancellationToken = default) => _inner.DropAsync(collection, cancellationToken);

        public ValueTask DisposeAsync()
        {
            Disposed++;
            return _inner.DisposeAsync();
        }
    }
}
