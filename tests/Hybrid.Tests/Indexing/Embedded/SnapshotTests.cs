using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Reads and writes at the same time: a read sees the rows of one moment, and waits for nobody.</summary>
public sealed class SnapshotTests
{
    private const int Dimension = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_search_sees_nothing_of_a_change_that_has_not_ended()
    {
        IvfIndex index = Filled(rows: 200);
        float[] query = Vector(7);
        IReadOnlyList<Neighbor> before = index.Search(query, 20, null, null, null, exact: false, Token);
        bool isKept = index.Change(() =>
        {
            index.Upsert(new Item("NEW"), query);
            Assert.True(index.Remove("P7"));
            Assert.False(index.Remove("P7"));
            // On the writer's own thread, as on any other: it would wait for ever if it waited.
            Assert.Equal(before, index.Search(query, 20, null, null, null, exact: false, Token));
            Assert.Equal(200, index.Count);
            Assert.True(index.Contains("P7") && !index.Contains("NEW"));
            return true;
        });
        Assert.True(isKept);
        Assert.Equal("NEW", index.Search(query, 20, null, null, null, exact: false, Token)[0].Item);
        Assert.Equal((200, false), (index.Count, index.Contains("P7")));
    }

    [Fact]
    public void A_change_that_fails_leaves_nothing()
    {
        IvfIndex index = Filled(rows: 200);
        IReadOnlyList<Neighbor> before = index.Search(Vector(7), 20, null, null, null, exact: false, Token);
        Assert.Throws<InvalidDataException>(() => index.Change(() =>
        {
            index.Upsert(new Item("NEW"), Vector(7));
            index.Remove("P7");
            throw new InvalidDataException();
        }));
        Assert.False(index.Change(() => index.Remove("P8") && false));
        Assert.Equal(before, index.Search(Vector(7), 20, null, null, null, exact: false, Token));
        // What comes next takes the places of the rows that were not kept.
        index.Upsert(new Item("OTHER") { Price = 999 }, Vector(7));
        Assert.Equal(["OTHER", "P7"], index.Search(Vector(7), 2, null, null, null, exact: false, Token).Select(n => n.Item.Value));
        Assert.Equal("OTHER", Assert.Single(index.Search(Vector(7), 3, Filter.Parse("price == 999"), null, null, exact: false, Token)).Item);
    }

    [Fact]
    public void A_copy_stays_as_it_is_whatever_is_written_later()
    {
        IvfIndex index = Filled(rows: 500);
        IvfIndex copy = index.Copy();
        IReadOnlyList<Neighbor>[] before = [.. Enumerable.Range(0, 50).Select(q => copy.Scan(Vector(q), 30, null))];
        for (int time = 0; time < 3; time++)
        {
            for (int i = 0; i < 500; i++)
                index.Upsert(new Item($"P{i}") { Price = time }, Vector(i + 1000 * time));
        }
        for (int q = 0; q < before.Length; q++)
            Assert.Equal(before[q], copy.Search(Vector(q), 30, null, null, null, exact: false, Token));
        copy.Build(Token);   // of the rows it has, beside later ones of the other
        Assert.Equal(500, copy.Count);
        Assert.Equal(before[3], copy.Scan(Vector(3), 30, null));
    }

    [Fact]
    public void Rows_that_are_replaced_again_and_again_take_no_more_room_than_a_half_more()
    {
        IvfIndex index = Filled(rows: 1_000);
        index.Build(Token);
        long longest = 0;
        for (int time = 1; time <= 20; time++)
        {
            for (int i = 0; i < 1_000; i++)
                index.Upsert(new Item($"P{i}") { Price = time }, Vector(i));
            longest = Math.Max(longest, index.RowsWithDead);
            Assert.Equal(1_000, index.Search(Vector(3), 2_000, Filter.Parse($"price == {time}"), null, null, exact: false, Token).Count);
        }
        Assert.InRange(longest, 1_000, 1_000 * 3 / 2 + index.Cells * 65);
        Assert.False(index.IsStale);
    }

    [Fact]
    public async Task Every_search_finds_all_rows_of_one_write_or_none_of_them()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(folder.File("vectors.db"));
        await using EmbeddedVectorStore other = EmbeddedVectorStore.Open(folder.File("vectors.db"));   // as of another process
        IVectorCollection written = await store.CreateAsync("products", UnitVectors.Space(Dimension), Token);
        IVectorCollection followed = await other.OpenAsync("products@1", cancellationToken: Token);
        await WriteAsync(0);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        int searches = 0, target = 0;
        Task[] readers = [.. new[] { written, followed, written, followed }.Select(collection => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                await ExpectOneWriteAsync(collection);
                Interlocked.Increment(ref searches);
            }
        }, Token))];
        for (int write = 1; write <= 40; write++)
        {
            await WriteAsync(write);
            if (write % 10 == 0)
                await written.BuildIndexAsync(Token);
            target += 4;
            SpinWait.SpinUntil(() => Volatile.Read(ref searches) >= target || readers.Any(reader => reader.IsCompleted));
        }
        await end.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(searches >= target);

        Task WriteAsync(int write) => written.UpsertAsync(
            UnitVectors.Batch([.. Enumerable.Range(0, 60).Select(i => (new Item($"P{i}") { Price = write }, Vector(1000 * write + i)))]), Token);

        static async Task ExpectOneWriteAsync(IVectorCollection collection)
        {
            IReadOnlyList<Neighbor> found = await collection.SearchAsync(Vector(1), 100, cancellationToken: Token);
            Assert.Equal(60, found.Count);
            IReadOnlyDictionary<ItemId, StoredItem> rows = await collection.GetAsync([.. found.Select(n => n.Item)], withVectors: true, Token);
            int write = (int)rows["P0"].Fields.Price!.Value;   // ! : each has one
            Assert.All(rows, row => Assert.Equal(write, row.Value.Fields.Price));
            Assert.All(rows, row => Assert.Equal(Vector(1000 * write + int.Parse(row.Key.Value[1..])), row.Value.Vector.ToArray()));
        }
    }

    [Fact]
    public async Task A_search_goes_on_while_a_write_waits_for_another_process()
    {
        using var folder = new TemporaryFolder();
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(
            folder.File("vectors.db"), new EmbeddedStoreOptions { BusyTimeout = TimeSpan.FromMinutes(1) });
        IVectorCollection collection = await store.CreateAsync("products", UnitVectors.Space(Dimension), Token);
        await collection.UpsertAsync(UnitVectors.Batch(("A", Vector(1))), Token);
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={folder.File("vectors.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        Task write = collection.UpsertAsync(UnitVectors.Batch(("B", Vector(2))), Token);
        Assert.Equal(["A"], (await collection.SearchAsync(Vector(2), 5, cancellationToken: Token)).Select(n => n.Item.Value));
        Assert.False(write.IsCompleted);
        command.CommandText = "COMMIT";
        command.ExecuteNonQuery();
        await write;
        Assert.Equal(["B", "A"], (await collection.SearchAsync(Vector(2), 5, cancellationToken: Token)).Select(n => n.Item.Value));
    }

    [Fact]
    public async Task A_collection_is_opened_while_the_rows_of_another_are_still_being_read()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("vectors.db");
        await using (EmbeddedVectorStore store = EmbeddedVectorStore.Open(file))
        {
            foreach (string name in new[] { "products", "others" })
                await (await store.CreateAsync(name, UnitVectors.Space(Dimension), Token)).UpsertAsync(UnitVectors.Batch(("A", Vector(1))), Token);
        }
        File.Delete(folder.File("vectors.db.others@1.ivf"));
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var released = new ManualResetEventSlim();
        var log = new NotedLog
        {
            Noting = note =>
            {
                if (!note.Contains("others@1 has no saved index", StringComparison.Ordinal))
                    return;
                begun.SetResult();
                released.Wait(Token);
            },
        };
        await using EmbeddedVectorStore opened = EmbeddedVectorStore.Open(file, logger: log);
        Task<IVectorCollection> slow = opened.OpenAsync("others@1", cancellationToken: Token);
        try
        {
            Assert.Same(begun.Task, await Task.WhenAny(begun.Task, slow));
            IVectorCollection collection = await opened.OpenAsync("products@1", cancellationToken: Token);
            Assert.Equal(1, await collection.CountAsync(Token));
            Assert.False(slow.IsCompleted);
        }
        finally
        {
            released.Set();
        }
        Assert.Same(await slow, await opened.OpenAsync("others@1", cancellationToken: Token));
    }

    [Fact]
    public async Task A_changed_price_is_filtered_on_at_once_and_rebuilds_nothing()
    {
        using var folder = new TemporaryFolder();
        var log = new NotedLog();
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(folder.File("vectors.db"), logger: log);
        IVectorCollection collection = await store.CreateAsync("products", UnitVectors.Space(Dimension), Token);
        await PriceAsync(1);
        await collection.BuildIndexAsync(Token);
        log.Notes.Clear();
        await PriceAsync(2);
        Assert.Equal(5_000, (await collection.SearchAsync(Vector(1), 6_000, new SearchOptions { Filter = Filter.Parse("price == 2") }, Token)).Count);
        Assert.Empty(await collection.SearchAsync(Vector(1), 10, new SearchOptions { Filter = Filter.Parse("price == 1") }, Token));
        Assert.False((await collection.DescribeIndexAsync(Token)).IsStale);
        Assert.Empty(log.Notes);

        async Task PriceAsync(int price)
        {
            foreach (int[] some in Enumerable.Range(0, 5_000).Chunk(1_000))
                await collection.UpsertAsync(UnitVectors.Batch([.. some.Select(i => (new Item($"P{i}") { Price = price }, Vector(i)))]), Token);
        }
    }

    [Theory]
    [InlineData(IvfIndex.MostExactRows, 3_000)]
    [InlineData(500, 3_000)]
    [InlineData(IvfIndex.MostExactRows, 20)]
    public void Many_queries_find_what_each_alone_finds(int mostExactRows, int rows)
    {
        var index = new IvfIndex(Dimension, new IvfOptions { Cells = 16 }, mostExactRows);
        for (int i = 0; i < rows; i++)
            index.Upsert(new Item($"P{i}") { Price = i % 100, Category = $"C{i % 7}" }, Vector(i));
        index.Build(Token);
        foreach (int removed in Enumerable.Range(0, rows / 3))
            index.Remove($"P{3 * removed}");
        foreach (string? text in (string?[])[null, "price < 50", "price < 2"])
        {
            Filter? filter = text is null ? null : Filter.Parse(text);
            foreach (Grouping? grouping in (Grouping?[])[null, new Grouping("category")])
            {
                foreach (int many in (int[])[1, 2, 7, 100])
                {
                    ReadOnlyMemory<float>[] queries = [.. Enumerable.Range(0, many).Select(q => (ReadOnlyMemory<float>)Vector(100 * q))];
                    IReadOnlyList<Neighbor>[] found = index.SearchMany(queries, 12, filter, item => item.Id != "P100", grouping, exact: false, Token);
                    for (int q = 0; q < many; q++)
                        Assert.Equal(index.Search(queries[q].Span, 12, filter, item => item.Id != "P100", grouping, exact: false, Token), found[q]);
                }
            }
        }
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => index.SearchMany([Vector(1), Vector(2)], 3, null, null, null, exact: false, cancelled.Token));
    }

    private static IvfIndex Filled(int rows)
    {
        var index = new IvfIndex(Dimension, new IvfOptions { Cells = 4 });
        for (int i = 0; i < rows; i++)
            index.Upsert(new Item($"P{i}") { Price = i }, Vector(i));
        return index;
    }

    private static float[] Vector(int seed) => UnitVectors.Draw(new Random(seed), Dimension);
}
