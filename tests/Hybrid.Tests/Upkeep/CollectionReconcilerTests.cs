using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;

namespace Hybrid.Tests.Upkeep;

/// <summary>What no store of ours does to its rows, and what changes while rows are compared.</summary>
public sealed class CollectionReconcilerTests : IAsyncDisposable
{
    private static readonly VectorSpace Space = new("toy", new('a', 64), 2, VectorSpaceKind.Text);

    private readonly RecordStore _records = RecordStore.Open(":memory:");
    private readonly EmbeddedVectorStore _store = EmbeddedVectorStore.Open(":memory:");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _records.Dispose();
    }

    [Fact]
    public async Task A_row_that_is_there_twice_is_found_and_nothing_else()
    {
        IVectorCollection rows = await FilledAsync("A", "B", "C");
        Assert.Equal(0, (await CompareAsync(rows)).Differences);
        ReconcileReport found = await CompareAsync(new FaultyCollection(rows) { Doubled = "B" });
        Assert.Equal((1L, 1, 4L), (found.Differences, found.DifferingBuckets, found.Rows));
        Assert.Equal(["B"], found.Doubled.Select(item => item.Value));
    }

    [Fact]
    public async Task What_is_still_to_be_taken_is_no_difference_and_what_was_lost_on_the_way_is_one()
    {
        IVectorCollection rows = await FilledAsync("A", "B", "C");
        await _records.UpsertAsync([new Item("B") { Title = "changed" }, new Item("D")], Token);
        await _records.RemoveAsync(["C"], Token);
        Assert.Equal((0L, 3L), await CompareAsync(rows) is var flying ? (flying.Differences, flying.InFlight) : default);

        _records.Changes.Clear(rows.Name, _records.Changes.Read(rows.Name, long.MaxValue, default, 10));
        ReconcileReport lost = await CompareAsync(rows);
        Assert.Equal(("D", "C", "B"), (lost.Missing.Single().Value, lost.Extra.Single().Value, lost.Stale.Single().Value));
    }

    [Fact]
    public async Task What_changes_while_rows_are_read_is_no_difference()
    {
        IVectorCollection rows = await FilledAsync("A", "B", "C");
        int changes = 0;
        var changing = new FaultyCollection(rows) { BeforeRead = () => _records.UpsertAsync([new Item("B") { Title = $"{++changes}" }], Token) };
        Assert.Equal(0, (await CompareAsync(changing)).Differences);
    }

    private Task<ReconcileReport> CompareAsync(IVectorCollection rows) => new CollectionReconciler(rows, _records, _records.Changes).CompareAsync(Token);

    private async Task<IVectorCollection> FilledAsync(params string[] ids)
    {
        await _records.UpsertAsync([.. ids.Select(id => new Item(id))], Token);
        IVectorCollection rows = await _store.CreateAsync("products", Space, Token);
        RowLedger ledger = _records.Changes.LedgerOf(rows.Name);
        ledger.Keep();
        _records.Changes.Follow(rows.Name);
        foreach (DirtyKey key in _records.ReadKeys())
        {
            float[] vector = [1, 0];
            await rows.UpsertAsync(new ItemBatch(Space, [new Item(key.Item)], vector, ["made"], [key.Sequence]), Token);
            ledger.Note([(key.Item, RowDigest.Of(new StoredItem(new Item(key.Item), vector, key.Sequence, "made")))], []);
        }
        _records.Changes.Clear(rows.Name, _records.Changes.Read(rows.Name, long.MaxValue, default, 10));
        return rows;
    }
}
