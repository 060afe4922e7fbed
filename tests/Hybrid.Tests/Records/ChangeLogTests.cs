using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Tests.Records;

public sealed class ChangeLogTests : IDisposable
{
    private readonly RecordStore _records = RecordStore.Open(":memory:");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ChangeLog Changes => _records.Changes;

    public void Dispose() => _records.Dispose();

    [Fact]
    public async Task A_new_target_has_everything_to_take_in_the_order_of_UTF8()
    {
        await _records.UpsertAsync([new("😀"), new("\uFFFD"), new("b"), new("B")], Token);
        Changes.Follow("products@1");
        Assert.Equal(["B", "b", "\uFFFD", "😀"], Keys("products@1"));
        Assert.Equal(0, Changes.Count("nobody@1"));
    }

    [Fact]
    public async Task Every_change_is_marked_once_for_each_target_with_its_latest_sequence()
    {
        Changes.Follow("one@1");
        Changes.Follow("two@1");
        await _records.UpsertAsync([new("A"), new("B")], Token);
        await _records.UpsertAsync([new("A") { Price = 1 }], Token);
        await _records.RemoveAsync(["B"], Token);
        foreach (string target in (string[])["one@1", "two@1"])
        {
            Assert.Equal(["A", "B"], Keys(target));
            Assert.Equal((2, 1), (Changes.Count(target), Changes.CountItems(target)));
            Assert.Equal(["B"], Changes.ReadRemoved(target));
        }
        IReadOnlyList<DirtyKey> keys = Changes.Read("one@1", long.MaxValue, default, 10);
        Assert.Equal(_records.ReadKeys().Single().Sequence, keys[0].Sequence);
        Assert.True(keys[1].Sequence > keys[0].Sequence, "The removal came after the change.");
    }

    [Fact]
    public async Task An_item_written_just_as_it_was_is_no_change()
    {
        await _records.UpsertAsync([new("A") { Title = "a" }], Token);
        Changes.Follow("products@1");
        Changes.Clear("products@1", Changes.Read("products@1", long.MaxValue, default, 10));
        await _records.UpsertAsync([new("A") { Title = "a" }], Token);
        Assert.Equal(0, Changes.Count("products@1"));
    }

    [Fact]
    public async Task A_key_that_changed_again_while_it_was_taken_stays()
    {
        Changes.Follow("products@1");
        await _records.UpsertAsync([new("A"), new("B")], Token);
        IReadOnlyList<DirtyKey> taken = Changes.Read("products@1", long.MaxValue, default, 10);
        await _records.UpsertAsync([new("B") { Price = 1 }], Token);
        Changes.Clear("products@1", taken);
        Assert.Equal(["B"], Keys("products@1"));
    }

    [Fact]
    public async Task Keys_are_read_in_pages_up_to_a_sequence()
    {
        Changes.Follow("products@1");
        await _records.UpsertAsync([.. Enumerable.Range(0, 5).Select(i => new Item($"P{i}"))], Token);
        long upTo = _records.LastSequence;
        await _records.UpsertAsync([new("P2") { Price = 1 }, new("P9")], Token);
        IReadOnlyList<DirtyKey> first = Changes.Read("products@1", upTo, default, 2);
        Assert.Equal(["P0", "P1"], first.Select(k => k.Item.Value));
        Assert.Equal(["P3", "P4"], Changes.Read("products@1", upTo, first[^1].Item, 5).Select(k => k.Item.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_import_marks_what_it_changed_and_removed_and_nothing_else(bool merge)
    {
        Import(merge: false, new("A"), new("B"), new("C"));
        Changes.Follow("products@1");
        Changes.Clear("products@1", Changes.Read("products@1", long.MaxValue, default, 10));
        Import(merge, new("A"), new("B") { Price = 1 }, new("D"));
        Assert.Equal(merge ? ["B", "D"] : ["B", "C", "D"], Keys("products@1"));
        Assert.Equal(merge ? [] : ["C"], Changes.ReadRemoved("products@1").Select(i => i.Value));
    }

    [Fact]
    public async Task A_target_that_is_no_longer_followed_has_nothing_and_begins_anew()
    {
        await _records.UpsertAsync([new("A")], Token);
        Changes.Follow("products@1");
        Changes.NoteComplete("products@1");
        Assert.True(Changes.IsComplete("products@1"));
        Changes.Unfollow("products@1");
        Assert.Equal((0, false), (Changes.Count("products@1"), Changes.IsComplete("products@1")));
        Assert.Empty(Changes.ReadTargets());
        Changes.Follow("products@1");
        Assert.Equal(["A"], Keys("products@1"));
    }

    [Fact]
    public async Task Items_are_marked_for_one_target_with_the_sequence_of_their_records()
    {
        await _records.UpsertAsync([new("A")], Token);
        Changes.Follow("products@1");
        Changes.Clear("products@1", Changes.Read("products@1", long.MaxValue, default, 10));
        Changes.Mark("products@1", ["A", "LEFT-OVER"]);
        Assert.Equal(["A", "LEFT-OVER"], Keys("products@1"));
        Assert.Equal(_records.ReadKeys().Single(), Changes.Read("products@1", long.MaxValue, default, 1)[0]);
        Assert.Equal(["LEFT-OVER"], Changes.ReadRemoved("products@1"));
    }

    [Fact]
    public void The_snapshot_is_switched_as_a_whole_and_counts_its_revisions()
    {
        Assert.Equal(new SnapshotRow(0, null, null, null, false), _records.ReadSnapshot());
        Assert.Equal(new SnapshotRow(1, "products@1", null, null, false), _records.UseCollection("products@1"));
        _records.NoteAliasFollows("products@9");
        Assert.False(_records.ReadSnapshot().AliasFollows);
        _records.NoteAliasFollows("products@1");
        Assert.Equal(new SnapshotRow(2, "products@1", "m.bin", "abc", true), _records.UseBehavior("m.bin", "abc"));
        Assert.Equal(new SnapshotRow(3, "products@2", "m.bin", "abc", false), _records.UseCollection("products@2"));
    }

    private void Import(bool merge, params Item[] items)
    {
        using RecordImport import = _records.BeginImport(merge);
        foreach (Item item in items)
            import.Add(item);
        import.Commit();
    }

    private IEnumerable<string> Keys(string target) => Changes.Read(target, long.MaxValue, default, 100).Select(k => k.Item.Value);
}
