using System.Collections.Concurrent;
using Hybrid.Records;

namespace Hybrid.Tests.Engine;

/// <summary>Used and disposed from many threads: every call ends in an answer or in one of the exceptions that say why not, and the folder is whole.</summary>
public sealed class EngineDisposeTests(ITestOutputHelper output) : IDisposable
{
    private readonly Shop _shop = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task An_engine_is_used_and_disposed_from_many_threads()
    {
        await using (HybridEngine first = await _shop.OpenIndexedAsync())
            await first.AppendAsync(Shop.Events, Token);
        var ends = new ConcurrentDictionary<string, int>();
        for (int round = 0; round < 12; round++)
        {
            HybridEngine engine = await _shop.OpenAsync();
            (string Name, Func<Task> Call)[] calls =
            [
                ("search", () => engine.SearchAsync("headphones", cancellationToken: Token)),
                ("similar", () => engine.SimilarAsync("P1", cancellationToken: Token)),
                ("recommend", () => engine.RecommendAsync(new() { User = "a1", Text = "phone" }, Token)),
                ("popular", () => engine.RecommendAsync(new(), Token)),
                ("add", () => engine.AddAsync(Shop.Product("G", $"Garden hose {Guid.NewGuid()}"), Token)),
                ("append", () => engine.AppendAsync(Shop.Events, Token)),
                ("index", () => engine.IndexAsync(cancellationToken: Token)),
                ("train", () => engine.TrainAsync(cancellationToken: Token)),
                ("status", () => engine.ReadStatusAsync(Token)),
                ("export", async () =>
                {
                    await foreach (ExportedItem _ in engine.ExportAsync(Token))
                    {
                    }
                }),
                ("count", () => Task.FromResult(engine.NotIndexed)),
            ];
            int begun = 0;
            Task[] users = [.. calls.Select(call => Task.Run(async () =>
            {
                for (bool isOpen = true; isOpen;)
                {
                    Interlocked.Increment(ref begun);
                    string end = await EndOfAsync(call.Call);
                    ends.AddOrUpdate($"{call.Name} {end}", 1, (_, count) => count + 1);
                    isOpen = end == "answered";
                }
            }, Token))];
            int target = 12 + 10 * round;
            SpinWait.SpinUntil(() => Volatile.Read(ref begun) >= target || users.All(user => user.IsCompleted));
            await Task.WhenAll(engine.DisposeAsync().AsTask(), Task.Run(engine.Dispose, Token));
            await Task.WhenAll(users);
        }
        foreach ((string end, int count) in ends.OrderBy(end => end.Key))
            output.WriteLine($"{end}: {count}");
        await using HybridEngine again = await _shop.OpenAsync();
        await again.IndexAsync(verify: true, cancellationToken: Token);
        Assert.NotEmpty(await again.SearchAsync("headphones", cancellationToken: Token));
    }

    [Fact]
    public async Task Records_are_used_and_disposed_from_many_threads()
    {
        for (int round = 0; round < 25; round++)
        {
            RecordStore records = RecordStore.Open(_shop.File("records.db"));
            Func<Task>[] calls =
            [
                () => records.UpsertAsync(Shop.Items, Token),
                () => records.RemoveAsync(["P1"], Token),
                () => records.AppendAsync(Shop.Events, Token),
                () => Task.Run(() => records.ReadItems().Count()),
                () => Task.Run(() => records.ReadEvents().Count()),
                () => Task.Run(() => records.ReadHistory("a1")),
                () => Task.Run(() => records.Find("P2")),
                () => Task.Run(() => records.DataVersion),
                () => Task.Run(() => records.ReadSnapshot()),
                () => Task.Run(() =>
                {
                    using RecordImport import = records.BeginImport();
                    import.Add(Shop.Items[0]);
                    import.Commit(Token);
                }),
            ];
            int begun = 0;
            Task[] users = [.. calls.Select(call => Task.Run(async () =>
            {
                do
                    Interlocked.Increment(ref begun);
                while (await EndOfAsync(call) == "answered");
            }, Token))];
            int target = 5 + round;
            SpinWait.SpinUntil(() => Volatile.Read(ref begun) >= target || users.All(user => user.IsCompleted));
            Parallel.For(0, 3, _ => records.Dispose());
            await Task.WhenAll(users);
        }
        using RecordStore again = RecordStore.Open(_shop.File("records.db"));
        Assert.Equal(again.ReadItems().Count(), again.ItemCount);
        Assert.Equal(again.ReadEvents().Count(), again.EventCount);
    }

    [Fact]
    public async Task Records_that_are_disposed_before_their_first_write_are_removed_only_without_it()
    {
        for (int round = 0; round < 40; round++)
        {
            string path = _shop.File($"{round}.db");
            RecordStore records = RecordStore.Open(path);
            Task<string>[] writes = [.. Shop.Events.Take(3).Select(happened => Task.Run(() => EndOfAsync(() => records.AppendAsync([happened], Token))))];
            Parallel.For(0, 2, _ => records.Dispose());
            string[] ends = await Task.WhenAll(writes);
            using RecordStore again = RecordStore.Open(path);
            Assert.Equal(ends.Count(end => end == "answered"), again.EventCount);
        }
    }

    [Fact]
    public async Task Disposing_cancels_what_takes_long_and_waits_for_it()
    {
        HybridEngine engine = await _shop.OpenAsync();
        await engine.AddAsync(EngineIndexTests.Many("A", 2000), Token);
        var begun = new TaskCompletionSource();
        Task index = engine.IndexAsync(progress: new Once(begun), cancellationToken: Token);
        await begun.Task;
        await engine.DisposeAsync();
        Assert.True(index.IsCompleted);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => index);
        await using HybridEngine again = await _shop.OpenAsync();
        Assert.InRange(again.NotIndexed, 1, 2000 - 256);
    }

    private static async Task<string> EndOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return "answered";
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            return "refused";
        }
    }

    private sealed class Once(TaskCompletionSource begun) : IProgress<long>
    {
        public void Report(long value) => begun.TrySetResult();
    }
}
