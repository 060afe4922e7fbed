using System.Diagnostics;
using Hybrid.Tests.Cli;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Engine;

/// <summary>What another process does is served here, without opening again.</summary>
public sealed class EngineProcessTests : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task Another_process_indexes_trains_and_moves_the_alias()
    {
        await using HybridEngine engine = await _shop.OpenIndexedAsync();
        await engine.AppendAsync(Shop.Events, Token);
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("wireless headphones", 1, Token))[0]);
        Assert.Empty(await engine.RecommendAsync(new() { User = "a1", Filter = Hybrid.Indexing.Filter.Parse("category == \"none\"") }, Token));

        await OtherProcess.RunAsync("train", _shop.Options);
        Assert.NotNull((await engine.RecommendAsync(new() { User = "a1" }, Token))[0].BehaviorScore);

        await engine.AddAsync([Shop.Product("P1", "Garden hose"), .. Shop.Items.Skip(1).Select(item => item with { Text = "new edition" })], Token);
        HybridCommand.Result indexed = await HybridCommand.RunAsync(_shop.Options.DataPath, "index", "--data", _shop.Options.DataPath, "--model",
            MiniLm.Folder);
        Assert.True(indexed.ExitCode == 0, indexed.Errors);
        Assert.Equal("products@2", (await engine.OpenItemsAsync(Token)).Name);
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("watering the garden", 1, Token))[0]);
        Assert.Equal(0, engine.NotIndexed);

        await OtherProcess.RunAsync("alias", _shop.Options, "products@1");
        await Shop.EventuallyAsync(async () => (await engine.OpenItemsAsync(Token)).Name == "products@1", "the alias is followed");
        Assert.Equal("P1", Shop.Ids(await engine.SearchAsync("wireless headphones", 1, Token))[0]);
    }

    [Fact]
    public async Task Two_processes_do_not_index_at_once_and_one_that_is_killed_keeps_nobody_waiting()
    {
        await using HybridEngine engine = await _shop.OpenAsync();
        await engine.AddAsync(EngineIndexTests.Many("A", 3000), Token);
        using Process other = HybridCommand.Start(_shop.Options.DataPath, ["index", "--data", _shop.Options.DataPath, "--model", MiniLm.Folder]);
        await Shop.EventuallyAsync(() => Task.FromResult(engine.NotIndexed < 3000), "the other process has begun");
        Task<Hybrid.Indexing.IndexReport> waiting = engine.IndexAsync(cancellationToken: Token);
        other.Kill();
        await other.WaitForExitAsync(Token);
        Hybrid.Indexing.IndexReport report = await waiting;
        Assert.InRange(report.Encoded, 1, 3000 - 256);
        Assert.Equal("products@1", report.Collection);
        Assert.Equal(3000, await (await engine.OpenItemsAsync(Token)).CountAsync(Token));
        Assert.Equal(0, (await engine.IndexAsync(verify: true, cancellationToken: Token)).Encoded);
    }
}
