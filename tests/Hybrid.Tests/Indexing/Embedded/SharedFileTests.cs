using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Tests.Indexing.Embedded;

/// <summary>Two stores on one file, as a service and a command have it: each sees what the other has committed.</summary>
public sealed class SharedFileTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly EmbeddedVectorStore _service, _command;

    public SharedFileTests()
    {
        _service = EmbeddedVectorStore.Open(_folder.File("vectors.db"));
        _command = EmbeddedVectorStore.Open(_folder.File("vectors.db"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _command.DisposeAsync();
        await _service.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_search_finds_what_another_store_wrote_and_not_what_it_removed()
    {
        (IVectorCollection here, IVectorCollection there) = await OpenBothAsync();
        await there.UpsertAsync(Batch(("A", At(0)), ("B", At(10)), ("C", At(20))), Token);
        Assert.Equal(["A", "B", "C"], await FoundAsync(here));
        await there.RemoveAsync(["B"], Token);
        await there.UpsertAsync(Batch(("A", At(90))), Token);
        Assert.Equal(["C", "A"], await FoundAsync(here));
        Assert.Equal(2, await here.CountAsync(Token));
        Assert.Equal(At(90), (await here.GetAsync(["A", "B"], cancellationToken: Token))["A"].Vector.ToArray());
    }

    [Fact]
    public async Task Writes_of_both_by_turns_end_in_both()
    {
        (IVectorCollection here, IVectorCollection there) = await OpenBothAsync();
        for (int i = 0; i < 10; i++)
        {
            await here.UpsertAsync(Batch(($"here {i}", At(i))), Token);
            await there.UpsertAsync(Batch(($"there {i}", At(i + 20)), ("both", At(i))), Token);
            await here.RemoveAsync([$"there {i - 1}"], Token);
        }
        string[] expected = [.. Enumerable.Range(0, 10).Select(i => $"here {i}"), "both", "there 9"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), (await FoundAsync(here)).Order(StringComparer.Ordinal));
        Assert.Equal(await FoundAsync(here), await FoundAsync(there));
    }

    [Fact]
    public async Task Removals_are_noticed_even_when_the_other_store_has_saved_its_index_and_dropped_their_marks()
    {
        (IVectorCollection here, IVectorCollection there) = await OpenBothAsync();
        await here.UpsertAsync(Batch(("A", At(0)), ("B", At(10)), ("C", At(20))), Token);
        await there.RemoveAsync(["A"], Token);
        await there.BuildIndexAsync(Token);
        await there.UpsertAsync(Batch(("D", At(30))), Token);
        Assert.Equal(["B", "C", "D"], await FoundAsync(here));
    }

    [Fact]
    public async Task A_build_takes_in_what_others_write()
    {
        (IVectorCollection here, IVectorCollection there) = await OpenBothAsync();
        await there.UpsertAsync(Batch([.. Enumerable.Range(0, 60).Select(i => ($"P{i}", At(i)))]), Token);
        Task writes = Task.Run(async () =>
        {
            for (int i = 0; i < 60; i++)
                await there.RemoveAsync([$"P{i}"], Token);
        }, Token);
        while (!writes.IsCompleted)
            await here.BuildIndexAsync(Token);
        await writes;
        Assert.Empty(await FoundAsync(here));
    }

    [Fact]
    public async Task A_switched_alias_and_a_dropped_collection_are_noticed()
    {
        (IVectorCollection here, _) = await OpenBothAsync();
        await here.UpsertAsync(Batch(("A", At(0))), Token);
        await _service.SetAliasAsync("products", "products@1", Token);
        IVectorCollection second = await _command.CreateAsync("products", Space(2), Token);
        await second.UpsertAsync(Batch(("B", At(0))), Token);
        await _command.SetAliasAsync("products", second.Name, Token);
        await _command.DropAsync("products@1", Token);
        Assert.Equal(["B"], await FoundAsync(await _service.OpenAsync("products", cancellationToken: Token)));

        Func<Task>[] uses =
        [
            () => FoundAsync(here), () => here.UpsertAsync(Batch(("C", At(0))), Token), () => here.RemoveAsync(["A"], Token), () => here.BuildIndexAsync(Token),
            () => here.ReadAllAsync(cancellationToken: Token), () => here.GetAsync(["A"], cancellationToken: Token),
        ];
        foreach (Func<Task> use in uses)
        {
            VectorStoreException refusal = await Assert.ThrowsAsync<VectorStoreException>(use);
            Assert.True(refusal.IsGone);
            Assert.EndsWith("products@1 has been dropped. Open the alias again, or index the items into a new collection.", refusal.Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_collection_that_another_store_has_dropped_does_not_stay_in_memory()
    {
        WeakReference dropped = await OpenAndDropAsync();
        IVectorCollection second = await _command.CreateAsync("products", Space(2), Token);
        await _service.OpenAsync(second.Name, cancellationToken: Token);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(dropped.IsAlive);

        // On its own, so that nothing here holds it.
        async Task<WeakReference> OpenAndDropAsync()
        {
            (IVectorCollection here, _) = await OpenBothAsync();
            await here.UpsertAsync(Batch(("A", At(0))), Token);
            await _command.DropAsync(here.Name, Token);
            return new WeakReference(here);
        }
    }

    [Fact]
    public async Task Searches_during_writes_see_every_batch_whole_or_not_at_all()
    {
        (IVectorCollection here, IVectorCollection there) = await OpenBothAsync();
        await here.UpsertAsync(Generation(0), Token);
        Task writes = Task.Run(async () =>
        {
            for (int generation = 1; generation <= 30; generation++)
                await (generation % 2 == 0 ? here : there).UpsertAsync(Generation(generation), Token);
        }, Token);
        float last = 1;
        do
        {
            IReadOnlyList<Neighbor> found = await here.SearchAsync(At(0), 100, cancellationToken: Token);
            Assert.Equal(20, found.Count);
            Assert.Single(found.Select(n => n.Score).Distinct());
            Assert.True(found[0].Score <= last, "A search went back in time.");
            last = found[0].Score;
        }
        while (!writes.IsCompleted);
        await writes;

        // All twenty items at one angle, a degree further each time.
        static ItemBatch Generation(int generation) => Batch([.. Enumerable.Range(0, 20).Select(i => ($"P{i}", At(generation)))]);
    }

    private async Task<(IVectorCollection Here, IVectorCollection There)> OpenBothAsync()
    {
        IVectorCollection here = await _service.CreateAsync("products", Space(2), Token);
        return (here, await _command.OpenAsync(here.Name, Space(2), Token));
    }

    private static async Task<IEnumerable<string>> FoundAsync(IVectorCollection collection) =>
        (await collection.SearchAsync(At(0), 100, cancellationToken: Token)).Select(n => n.Item.Value);
}
