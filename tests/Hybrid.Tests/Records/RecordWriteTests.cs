using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Tests.Records;

public sealed class RecordWriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _records;

    public RecordWriteTests() => _records = RecordStore.Open(_folder.File("records.db"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _records.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Items_are_added_changed_and_left_alone_one_by_one()
    {
        Assert.Equal(2, await _records.UpsertAsync([new("A") { Title = "a" }, new("B")], Token));
        Assert.Equal(1, await _records.UpsertAsync([new("A") { Title = "a" }, new("B") { Price = 2 }], Token));
        Assert.Equal(0, await _records.UpsertAsync([], Token));
        Assert.Equal(["A a", "B "], _records.ReadItems().Select(i => $"{i.Id} {i.Title}"));
        Assert.Equal(2, _records.Find("B")?.Price);
    }

    [Fact]
    public async Task Of_several_with_one_id_the_last_counts()
    {
        await _records.UpsertAsync([new("A") { Title = "one" }, new("A") { Title = "two" }], Token);
        Assert.Equal("two", _records.Find("A")?.Title);
    }

    [Fact]
    public async Task Removed_items_are_gone_their_events_stay_and_unknown_ones_are_ignored()
    {
        await _records.UpsertAsync([new("A"), new("B"), new("C")], Token);
        await _records.AppendAsync([new("u", "A", "view", null)], Token);
        Assert.Equal(2, await _records.RemoveAsync(["A", "C", "NOBODY"], Token));
        Assert.Equal(["B"], _records.ReadItems().Select(i => i.Id.Value));
        Assert.Equal(1, _records.EventCount);
    }

    [Fact]
    public async Task Appended_events_follow_those_that_are_there_and_keep_their_request()
    {
        Event[] first = [new("u", "A", "view", DateTimeOffset.UnixEpoch), new("u", "A", "view", DateTimeOffset.UnixEpoch)];
        Event click = new("u", "B", "click", null, "s", "request-7");
        await _records.AppendAsync(first, Token);
        await _records.AppendAsync([click], Token);
        Assert.Equal([.. first, click], _records.ReadEvents());
    }

    [Fact]
    public async Task An_import_keeps_the_first_event_of_an_id_and_none_that_is_there()
    {
        await _records.AppendAsync([new Event("u", "A", "view", DateTimeOffset.UnixEpoch) { Id = "e1" }], Token);
        using (RecordImport import = _records.BeginImport(merge: true))
        {
            import.Add(new Event("v", "B", "view", DateTimeOffset.UnixEpoch) { Id = "e1" });
            import.Add(new Event("v", "C", "view", DateTimeOffset.UnixEpoch) { Id = "e2" });
            import.Add(new Event("v", "D", "view", DateTimeOffset.UnixEpoch) { Id = "e2" });
            Assert.Equal((1, 2), import.Commit(Token).Events is { } events ? (events.Added, events.AlreadyThere) : default);
        }
        Assert.Equal([("A", "e1"), ("C", "e2")], _records.ReadEvents().Select(happened => (happened.Item.Value, happened.Id ?? "")));
        Assert.Equal(2, _records.EventCount);
    }

    [Fact]
    public async Task A_call_with_something_that_cannot_be_kept_writes_nothing()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _records.UpsertAsync([new("A"), new(default)], Token));
        await Assert.ThrowsAsync<ArgumentException>(() => _records.AppendAsync([new("u", "A", "view", null), new("u", default, "view", null)], Token));
        await Assert.ThrowsAsync<ArgumentException>(() => _records.AppendAsync([new(default, "A", "view", null)], Token));
        Assert.Equal((0, 0), (_records.ItemCount, _records.EventCount));
    }

    [Fact]
    public async Task An_import_under_way_keeps_nobody_from_writing_and_ends_with_what_it_was_given()
    {
        await _records.UpsertAsync([new("OLD")], Token);
        using RecordStore other = RecordStore.Open(_folder.File("records.db"), new RecordStoreOptions { BusyTimeout = TimeSpan.FromSeconds(1) });
        using RecordImport import = _records.BeginImport();
        for (int i = 0; i < 5_000; i++)
        {
            import.Add(new Item($"N{i}"));
            import.Add(new Event("u", $"N{i}", "view", null));
        }
        await other.UpsertAsync([new("MEANWHILE")], Token);
        await other.AppendAsync([new("v", "OLD", "view", null)], Token);

        ImportCounts counts = import.Commit(Token);

        Assert.Equal(new ImportedItems(Added: 5_000, Changed: 0, Unchanged: 0, Removed: 2, Repeated: 0), counts.Items);
        Assert.Equal((5_000, 5_000), (other.ItemCount, other.EventCount));
    }

    [Fact]
    public void A_kept_item_stays_unless_it_is_also_given()
    {
        using (RecordImport import = _records.BeginImport())
        {
            foreach (string id in (string[])["A", "B", "C"])
                import.Add(new Item(id) { Title = "old" });
            import.Commit(Token);
        }
        using RecordImport next = _records.BeginImport();
        next.Keep("A");
        next.Keep("B");
        next.Keep("NOBODY");
        next.Add(new Item("B") { Title = "new" });
        Assert.Equal(new ImportedItems(Added: 0, Changed: 1, Unchanged: 0, Removed: 1, Repeated: 0), next.Commit(Token).Items);
        Assert.Equal(["A old", "B new"], _records.ReadItems().Select(i => $"{i.Id} {i.Title}"));
    }

    [Fact]
    public void A_column_that_holds_numbers_and_texts_is_text_for_all_rows()
    {
        using RecordImport import = _records.BeginImport();
        for (int i = 0; i < 3_000; i++)
            import.Add(new Item($"P{i:D4}") { Attributes = new Dictionary<string, AttributeValue> { ["size"] = i == 2_999 ? "XL" : i, ["year"] = 2000 + i } });
        import.Commit(Token);
        Assert.All(_records.ReadItems(), item =>
            Assert.Equal((AttributeKind.Text, AttributeKind.Number), (item.Attributes["size"].Kind, item.Attributes["year"].Kind)));
        Assert.Equal("7", _records.Find("P0007")?.Attributes["size"].Text);
    }

    [Fact]
    public async Task A_cancelled_commit_changes_nothing()
    {
        await _records.UpsertAsync([new("OLD")], Token);
        using var cancelled = new CancellationTokenSource();
        using RecordImport import = _records.BeginImport();
        import.Add(new Item("NEW"));
        await cancelled.CancelAsync();
        Assert.Throws<OperationCanceledException>(() => import.Commit(cancelled.Token));
        Assert.Equal(["OLD"], _records.ReadItems().Select(i => i.Id.Value));
    }

    [Fact]
    public void Records_that_were_opened_and_never_written_leave_no_file()
    {
        using (RecordStore.Open(_folder.File("unused.db")))
        {
        }
        Assert.DoesNotContain(_folder.Names, name => name.StartsWith("unused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_somebody_else_has_opened_meanwhile_is_not_removed()
    {
        RecordStore first = RecordStore.Open(_folder.File("shared.db"));
        using RecordStore second = RecordStore.Open(_folder.File("shared.db"));
        first.Dispose();
        await second.UpsertAsync([new("A")], Token);
        using RecordStore third = RecordStore.Open(_folder.File("shared.db"));
        Assert.Equal(1, third.ItemCount);
    }

    [Fact]
    public async Task Every_use_after_disposal_is_refused_and_disposing_while_in_use_ends_what_runs()
    {
        for (int round = 0; round < 20; round++)
        {
            string path = _folder.File($"round{round}.db");
            RecordStore records = RecordStore.Open(path);
            await records.UpsertAsync([.. Enumerable.Range(0, 200).Select(i => new Item($"P{i}"))], Token);
            int written = 0;
            Task[] users = [.. Enumerable.Range(0, 6).Select(worker => Task.Run(async () =>
            {
                try
                {
                    for (int i = 0; ; i++)
                    {
                        if (worker % 2 == 0)
                        {
                            await records.AppendAsync([new($"u{worker}", $"P{i}", "view", null)], Token);
                            Interlocked.Increment(ref written);
                        }
                        else
                        {
                            Assert.Equal(200, records.ReadItems().Count());
                            _ = records.ReadPopular();
                        }
                    }
                }
                catch (ObjectDisposedException)
                {
                    // What this waits for.
                }
            }, Token))];
            while (Volatile.Read(ref written) < 10)
                await Task.Yield();
            records.Dispose();
            await Task.WhenAll(users);
            using RecordStore again = RecordStore.Open(path);
            Assert.Equal(written, again.EventCount);
        }
    }
}
