using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Tests.Records;

public sealed class RecordStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();
    private readonly RecordStore _records;

    public RecordStoreTests() => _records = RecordStore.Open(_folder.File("records.db"));

    public void Dispose()
    {
        _records.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void New_records_are_empty()
    {
        Assert.Equal((0, 0, 0), (_records.ItemCount, _records.EventCount, _records.UserCount));
        Assert.Empty(_records.ReadItems());
        Assert.Empty(_records.ReadEvents());
        Assert.Empty(_records.ReadHistory("anybody", 5));
        Assert.Null(_records.Find("P1"));
    }

    [Fact]
    public void Items_come_back_exactly_also_after_a_new_start()
    {
        Item[] items =
        [
            new("P1"),
            new("P2")
            {
                Title = "降噪耳机 \"Pro\" 🎧", Text = "Line one\nline two\0 after a NUL\ttab \\ 'quoted' <b>&amp;</b>", Category = "audio", Brand = "",
                    Price = 0.1 + 0.2, InStock = false,
                Attributes = new Dictionary<string, AttributeValue>
                {
                    ["颜色"] = "红", ["nul"] = "a\0b", ["empty"] = "", ["watt"] = -1e-300, ["big"] = 1.7976931348623157e308, ["third"] = 1.0 / 3, ["yes"] = true,
                        ["no"] = false,
                    ["true"] = "true", ["number"] = "15", ["json"] = "{\"a\": [1, null]}",
                },
            },
            new("P3") { Category = "", Price = -0.0, InStock = true },
        ];
        Import(items);
        for (int start = 0; start < 2; start++)
        {
            using RecordStore store = RecordStore.Open(_folder.File("records.db"));
            List<Item> read = [.. store.ReadItems()];
            Assert.Equal(items.Length, read.Count);
            foreach ((Item item, Item back) in items.Zip(read))
            {
                ExpectEqual(item, back);
                ExpectEqual(item, store.Find(item.Id)!);   // ! : the assertion fails on null
            }
        }
    }

    [Fact]
    public void Items_are_read_by_id_whatever_order_they_came_in()
    {
        Import(new("b"), new("10"), new("é"), new("B"), new("9"), new("中"));
        Assert.Equal(["10", "9", "B", "b", "é", "中"], _records.ReadItems().Select(i => i.Id.Value));
        Assert.Equal(6, _records.ItemCount);
    }

    [Fact]
    public void Many_items_are_found_at_once_and_unknown_ones_left_out()
    {
        Import(new("A") { Title = "a" }, new("B") { Title = "b" }, new("C") { Title = "c" });
        IReadOnlyDictionary<ItemId, Item> found = _records.Find(["C", "nobody", "A", "A"]);
        Assert.Equal(["A a", "C c"], found.OrderBy(f => f.Key).Select(f => $"{f.Key} {f.Value.Title}"));
    }

    [Fact]
    public void An_import_replaces_the_items_and_counts_what_it_did()
    {
        Assert.Equal(new ImportedItems(Added: 3, Changed: 0, Unchanged: 0, Removed: 0, Repeated: 0), Import(new("A"), new("B") { Price = 1 }, new("C")).Items);
        Assert.Equal(new ImportedItems(Added: 1, Changed: 1, Unchanged: 1, Removed: 1, Repeated: 0), Import(new("A"), new("B") { Price = 2 }, new("D")).Items);
        Assert.Equal(["A", "B", "D"], _records.ReadItems().Select(i => i.Id.Value));
        Assert.Equal(2, _records.Find("B")?.Price);
    }

    [Fact]
    public void A_merge_leaves_the_items_that_it_does_not_name()
    {
        Import(new("A"), new("B") { Price = 1 });
        ImportCounts counts = RunImport(merge: true, [new("B") { Price = 2 }, new("C")]);
        Assert.Equal(new ImportCounts(new(Added: 1, Changed: 1, Unchanged: 0, Removed: 0, Repeated: 0), null), counts);
        Assert.Equal(["A", "B", "C"], _records.ReadItems().Select(i => i.Id.Value));
    }

    [Fact]
    public void Each_field_alone_makes_an_item_changed()
    {
        var attributes = new Dictionary<string, AttributeValue> { ["a"] = 1, ["b"] = "2" };
        var item = new Item("A") { Title = "t", Text = "x", Category = "c", Brand = "b", Price = 1, InStock = true, Attributes = attributes };
        Import(item);
        Assert.Equal(1, Import(item with { Attributes = new Dictionary<string, AttributeValue> { ["b"] = "2", ["a"] = 1 } }).Items?.Unchanged);
        Item[] changed =
        [
            item with { Title = "T" }, item with { Text = "" }, item with { Category = null }, item with { Brand = "B" }, item with { Price = null },
                item with { Price = 1.5 },
            item with { InStock = false }, item with { InStock = null },
                item with { Attributes = new Dictionary<string, AttributeValue> { ["a"] = "1", ["b"] = "2" } }, new Item("A"),
        ];
        foreach (Item other in changed)
        {
            Assert.Equal(1, Import(other).Items?.Changed);
            Assert.Equal(1, Import(item).Items?.Changed);
        }
    }

    [Fact]
    public void Of_repeated_rows_the_last_counts_and_is_compared_with_what_was_there_before()
    {
        Import(new("A") { Title = "one" }, new("B"));
        ImportCounts counts = Import(new("A") { Title = "two" }, new("C"), new("A") { Title = "one" }, new("C") { Title = "last" },
            new("C") { Title = "very last" });
        Assert.Equal(new ImportedItems(Added: 1, Changed: 0, Unchanged: 1, Removed: 1, Repeated: 3), counts.Items);
        Assert.Equal(["one", "very last"], _records.ReadItems().Select(i => i.Title));
    }

    [Fact]
    public void An_import_that_is_not_committed_changes_nothing()
    {
        Import(new Item("A"));
        ImportEvents(Seen("u", "A", 0));
        using (RecordImport import = _records.BeginImport())
        {
            import.Add(new Item("B"));
            import.Add(Seen("v", "B", 1));
        }
        Assert.Equal(["A"], _records.ReadItems().Select(i => i.Id.Value));
        Assert.Equal([Seen("u", "A", 0)], _records.ReadEvents());
    }

    [Fact]
    public void What_an_import_has_added_is_not_seen_before_it_ends()
    {
        using RecordImport import = _records.BeginImport();
        import.Add(new Item("A"));
        import.Add(Seen("u", "A", 0));
        Assert.Equal((0, 0), (_records.ItemCount, _records.EventCount));
        import.Commit(Token);
        Assert.Equal((1, 1), (_records.ItemCount, _records.EventCount));
        Assert.Throws<ObjectDisposedException>(() => import.Add(new Item("B")));
        Assert.Throws<ObjectDisposedException>(() => import.Commit(Token));
    }

    [Fact]
    public void Only_what_is_given_is_replaced()
    {
        Import(new Item("A"));
        ImportCounts events = ImportEvents(Seen("u", "A", 0));
        Assert.Null(events.Items);
        Assert.Equal(1, _records.ItemCount);
        ImportCounts items = Import(new Item("B"));
        Assert.Null(items.Events);
        Assert.Equal(1, _records.EventCount);
        using RecordImport nothing = _records.BeginImport();
        Assert.Equal(new ImportCounts(null, null), nothing.Commit(Token));
        Assert.Equal((1, 1), (_records.ItemCount, _records.EventCount));
    }

    [Fact]
    public void Items_and_events_of_one_import_come_together_and_unknown_items_are_counted()
    {
        using RecordImport import = _records.BeginImport();
        import.Add(Seen("u", "A", 0));   // before its item, as two files may be read
        import.Add(Seen("u", "ghost", 1));
        import.Add(Seen("v", "ghost", 2));
        import.Add(new Item("A"));
        Assert.Equal(new ImportCounts(new(1, 0, 0, 0, 0), new(Added: 3, Users: 2, OnUnknownItems: 2, AlreadyThere: 0)), import.Commit(Token));
        Assert.Equal((3, 2), (_records.EventCount, _records.UserCount));
    }

    [Fact]
    public void Events_are_read_user_by_user_each_in_the_order_of_the_log()
    {
        Event[] log =
        [
            Seen("u2", "A", 5), Seen("u1", "B", 3), Seen("u1", "C", 1), Seen("u10", "D", 0), Seen("u1", "E", 3),
            new("u1", "F", "", null, "s1"), new("u1", "G", "buy", null), Seen("u1", "A", 3) with { Session = "s2" },
        ];
        ImportEvents(log);
        Assert.Equal([log[1], log[2], log[4], log[5], log[6], log[7], log[3], log[0]], _records.ReadEvents());
    }

    [Fact]
    public void Times_come_back_as_the_same_instant_to_the_tick()
    {
        DateTimeOffset time = new DateTimeOffset(2024, 5, 1, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(1_234_567);
        ImportEvents(new Event("u", "A", "view", time));
        Event read = Assert.Single(_records.ReadEvents());
        Assert.Equal(time.UtcTicks, read.Time?.UtcTicks);
    }

    [Fact]
    public void An_events_import_replaces_the_events_and_keeps_equal_rows_of_one_log()
    {
        ImportEvents(Seen("u", "A", 0), Seen("v", "A", 0));
        ImportCounts counts = ImportEvents(Seen("u", "B", 0), Seen("u", "B", 0));
        Assert.Equal(new ImportedEvents(Added: 2, Users: 1, OnUnknownItems: 2, AlreadyThere: 0), counts.Events);
        Assert.Equal([Seen("u", "B", 0), Seen("u", "B", 0)], _records.ReadEvents());
    }

    [Fact]
    public void A_merge_does_not_add_events_twice_and_any_difference_makes_another_event()
    {
        Event[] log = [Seen("u", "A", 0), Seen("u", "A", 0), new("u", "A", "view", null)];
        ImportEvents(log);
        Assert.Equal(new ImportedEvents(Added: 0, Users: 0, OnUnknownItems: 0, AlreadyThere: 3), ImportEvents(merge: true, log).Events);

        Event[] others = [log[0] with { User = "v" }, log[0] with { Item = "B" }, log[0] with { Kind = "buy" }, Seen("u", "A", 1),
            log[0] with { Session = "s" }, log[2] with { Session = "" }];
        ImportedEvents? merged = ImportEvents(merge: true, [.. others, others[0], log[0]]).Events;
        Assert.Equal(new ImportedEvents(Added: 7, Users: 2, OnUnknownItems: 7, AlreadyThere: 1), merged);
        Assert.Equal(10, _records.EventCount);
    }

    [Fact]
    public void A_history_has_the_last_different_items_oldest_first()
    {
        ImportEvents(Seen("u", "C", 3), Seen("u", "A", 1), Seen("v", "X", 9), Seen("u", "B", 2), Seen("u", "B", 3), new Event("u", "old", "view", null));
        Assert.Equal(["A", "C", "B"], _records.ReadHistory("u", 3).Select(i => i.Value));
        Assert.Equal(["old", "A", "C", "B"], _records.ReadHistory("u", 100).Select(i => i.Value));
        Assert.Empty(_records.ReadHistory("nobody", 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => _records.ReadHistory("u", 0));
    }

    [Fact]
    public void What_has_no_id_is_refused()
    {
        using RecordImport import = _records.BeginImport();
        Assert.Throws<ArgumentException>(() => import.Add(new Item(default)));
        Assert.Throws<ArgumentException>(() => import.Add(new Event(default, "A", "view", null)));
        Assert.Throws<ArgumentException>(() => import.Add(new Event("u", default, "view", null)));
    }

    [Fact]
    public void An_enumeration_shows_the_records_as_they_were_at_its_first_step()
    {
        Import([.. Enumerable.Range(0, 2000).Select(i => new Item($"P{i:D4}"))]);
        using IEnumerator<Item> items = _records.ReadItems().GetEnumerator();
        Assert.True(items.MoveNext());
        Import(new Item("P1999") { Title = "new" });
        int count = 1;
        while (items.MoveNext())
            count++;
        Assert.Equal(2000, count);
        Assert.Equal("new", Assert.Single(_records.ReadItems()).Title);
    }

    [Fact]
    public void Records_in_memory_work_alike()
    {
        using RecordStore store = RecordStore.Open(":memory:");
        using (RecordImport import = store.BeginImport())
        {
            import.Add(new Item("A"));
            import.Add(Seen("u", "A", 0));
            import.Commit(Token);
        }
        Assert.Equal("A", Assert.Single(store.ReadItems()).Id);
        Assert.Equal(["A"], store.ReadHistory("u", 3));
        using RecordStore other = RecordStore.Open(":memory:");
        Assert.Equal(0, other.ItemCount);
    }

    private ImportCounts Import(params Item[] items) => RunImport(merge: false, items);

    private ImportCounts RunImport(bool merge, Item[] items)
    {
        using RecordImport import = _records.BeginImport(merge);
        foreach (Item item in items)
            import.Add(item);
        return import.Commit(Token);
    }

    private ImportCounts ImportEvents(params Event[] events) => ImportEvents(merge: false, events);

    private ImportCounts ImportEvents(bool merge, Event[] events)
    {
        using RecordImport import = _records.BeginImport(merge);
        foreach (Event happened in events)
            import.Add(happened);
        return import.Commit(Token);
    }

    private static Event Seen(string user, string item, int minute) => new(user, item, "view", Noon.AddMinutes(minute));

    private static void ExpectEqual(Item expected, Item actual)
    {
        Assert.Equal(expected.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal), actual.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal));
        Assert.Equal(expected with { Attributes = actual.Attributes }, actual);
    }
}
