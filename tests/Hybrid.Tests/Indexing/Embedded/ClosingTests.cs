using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Closing a store that is in use: what runs ends as it would have, what comes later is refused, and what is saved is what the database has.</summary>
public sealed class ClosingTests(ITestOutputHelper output) : IDisposable
{
    private const int Dimension = 8;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_that_is_closed_while_many_threads_use_it_saves_exactly_what_the_database_has()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        string path = _folder.File("vectors.db");
        int refused = 0, rounds = 0;
        for (long end = Environment.TickCount64 + 3000; Environment.TickCount64 < end || rounds < 10; rounds++)
        {
            refused += await UseAndCloseAsync(EmbeddedVectorStore.Open(path), random);
            await ExpectSavedIndexAgreesAsync(path, random, $"round {rounds}, seed {seed}");
        }
        output.WriteLine($"{rounds} rounds, {refused} calls were refused.");
        Assert.True(refused > 0, "Nothing was under way when the store was closed: the test shows nothing.");
    }

    [Fact]
    public async Task A_store_in_memory_is_closed_while_many_threads_use_it()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        int rounds = 0;
        for (long end = Environment.TickCount64 + 1500; Environment.TickCount64 < end || rounds < 10; rounds++)
            await UseAndCloseAsync(EmbeddedVectorStore.Open(":memory:"), random);
        output.WriteLine($"{rounds} rounds.");
    }

    [Fact]
    public async Task Closing_waits_for_a_write_that_is_under_way_and_refuses_what_comes_later()
    {
        EmbeddedVectorStore store = EmbeddedVectorStore.Open(_folder.File("vectors.db"));
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        using var reached = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        // The batch holds the write up in the middle: it asks for its items one after the other.
        var items = new SlowItems([new("A"), new("B")], reached, goOn);
        var batch = new ItemBatch(Space(2), items, (float[])[.. At(0), .. At(10)]);
        items.IsArmed = true;
        Task write = collection.UpsertAsync(batch, Token);
        await reached.WaitAsync(Token);

        Task closing = store.DisposeAsync().AsTask(), again = store.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => collection.CountAsync(Token));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ListAsync(Token));
        Assert.False(closing.IsCompleted || again.IsCompleted);
        goOn.Release(100);
        await write;
        await Task.WhenAll(closing, again);

        await using EmbeddedVectorStore next = EmbeddedVectorStore.Open(_folder.File("vectors.db"));
        Assert.Equal(2, await (await next.OpenAsync("products@1", cancellationToken: Token)).CountAsync(Token));
    }

    [Fact]
    public async Task Reading_that_is_not_finished_does_not_keep_a_store_open()
    {
        EmbeddedVectorStore store = EmbeddedVectorStore.Open(_folder.File("vectors.db"));
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch([.. Enumerable.Range(0, 3000).Select(i => ($"P{i}", At(i)))]), Token);
        await using IAsyncEnumerator<StoredItem> rows = collection.ReadAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await rows.MoveNextAsync());
        await store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            while (await rows.MoveNextAsync())
            {
            }
        });
    }

    /// <returns>How many calls came too late.</returns>
    private static async Task<int> UseAndCloseAsync(EmbeddedVectorStore store, Random random)
    {
        IVectorCollection collection = (await store.ListAsync(Token)).Count == 0
            ? await store.CreateAsync("products", Space(Dimension), Token)
            : await store.OpenAsync("products@1", cancellationToken: Token);
        int calls = 0, refused = 0, enough = random.Next(5, 150);
        using var started = new SemaphoreSlim(0);
        Task[] users = [.. Enumerable.Range(0, 8).Select(user => Task.Run(() => UseAsync(new Random(random.Next())), Token))];
        await started.WaitAsync(Token);
        await store.DisposeAsync();
        await Task.WhenAll(users);
        return refused;

        async Task UseAsync(Random own)
        {
            try
            {
                while (true)
                {
                    await OneCallAsync(own);
                    if (Interlocked.Increment(ref calls) == enough)
                        started.Release();
                }
            }
            catch (ObjectDisposedException)
            {
                Interlocked.Increment(ref refused);
            }
        }

        Task OneCallAsync(Random own)
        {
            ItemId[] ids = [.. Enumerable.Range(0, own.Next(1, 20)).Select(_ => new ItemId($"P{own.Next(300)}")).Distinct()];
            return own.Next(10) switch
            {
                < 3 => collection.UpsertAsync(Batch([.. ids.Select(id => (id.Value, Draw(own, Dimension)))]), Token),
                < 5 => collection.RemoveAsync(ids, Token),
                5 => collection.BuildIndexAsync(Token),
                6 => collection.GetAsync(ids, cancellationToken: Token),
                7 => collection.ReadAllAsync(cancellationToken: Token),
                8 => store.ResolveAsync("products", Token),
                _ => collection.SearchAsync(Draw(own, Dimension), 10, cancellationToken: Token),
            };
        }
    }

    private static async Task ExpectSavedIndexAgreesAsync(string path, Random random, string where)
    {
        var log = new NotedLog();
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(path, logger: log);
        IVectorCollection collection = await store.OpenAsync("products@1", cancellationToken: Token);
        List<StoredItem> rows = await collection.ReadAllAsync(cancellationToken: Token);
        Assert.True(log.Notes.IsEmpty, $"{where}: the saved index was not used: {string.Join(' ', log.Notes)}");
        IEnumerable<KeyValuePair<ItemId, float[]>> twin = rows.Select(row => KeyValuePair.Create(row.Fields.Id, row.Vector.ToArray()));
        for (int query = 0; query < 3; query++)
        {
            float[] vector = Draw(random, Dimension);
            IReadOnlyList<Neighbor> found = await collection.SearchAsync(vector, 400, new SearchOptions { Probes = int.MaxValue }, Token);
            ExpectNearest(twin, vector, 400, found, where);
        }
    }

    private sealed class SlowItems(Item[] items, SemaphoreSlim reached, SemaphoreSlim goOn) : IReadOnlyList<Item>
    {
        public bool IsArmed { get; set; }

        public int Count => items.Length;

        public Item this[int index]
        {
            get
            {
                if (IsArmed)
                {
                    reached.Release();
                    goOn.Wait();
                }
                return items[index];
            }
        }

        public IEnumerator<Item> GetEnumerator() => ((IEnumerable<Item>)items).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
