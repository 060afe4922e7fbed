using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Indexing.Embedded;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class EmbeddedCatalogTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2024, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly EmbeddedVectorStore _store;

    public EmbeddedCatalogTests() => _store = EmbeddedVectorStore.Open(_folder.File("hybrid.db"));

    private EmbeddedCatalog Catalog => _store.Catalog;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public void A_new_catalogue_is_empty()
    {
        Assert.Equal((0, 0, 0), (Catalog.ItemCount, Catalog.EventCount, Catalog.UserCount));
        Assert.Empty(Catalog.ReadItems());
        Assert.Empty(Catalog.ReadEvents());
        Assert.Empty(Catalog.ReadHistory("anybody", 5));
        Assert.Null(Catalog.Find("P1"));
    }

    [Fact]
    public async Task Items_come_back_exactly_also_after_a_new_start()
    {
        Item[] items =
        [
            new("P1"),
            new("P2")
            {
                Title = "降噪耳机 \"Pro\" 🎧", Text = "Line one\nline two\ttab \\ 'quoted' <b>&amp;</b>", Category = "audio", Brand = "", Price = 0.1 + 0.2, InStock = false,
                Attributes = new Dictionary<string, AttributeValue>
                {
                    ["颜色"] = "红", ["empty"] = "", ["watt"] = -1e-300, ["big"] = 1.7976931348623157e308, ["third"] = 1.0 / 3, ["yes"] = true, ["no"] = false,
                    ["true"] = "true", ["number"] = "15", ["json"] = "{\"a\": [1, null]}",
                },
            },
            new("P3") { Category = "", Price = 0, InStock = true },
        ];
        Import(items);
        for (int start = 0; start < 2; start++)
        {
            await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(_folder.File("hybrid.db"));
            List<Item> read = [.. store.Catalog.ReadItems()];
            Assert.Equal(items.Length, read.Count);
            foreach ((Item item, Item back) in items.Zip(read))
            {
                ExpectEqual(item, back);
                ExpectEqual(item, store.Catalog.Find(item.Id)!);   // ! : the assertion fails on null
            }
        }
    }

    [Fact]
    public void Items_are_read_by_id_whatever_order_they_came_in()
    {
        Import(new("b"), new("10"), new("é"), new("B"), new("9"), new("中"));
        Assert.Equal(["10", "9", "B", "b", "é", "中"], Catalog.ReadItems().Select(i => i.Id.Value));
        Assert.Equal(6, Catalog.ItemCount);
    }

    [Fact]
    public void Many_items_are_found_at_once_and_unknown_ones_left_out()
    {
        Import(new("A") { Title = "a" }, new("B") { Title = "b" }, new("C") { Title = "c" });
        IReadOnlyDictionary<ItemId, Item> found = Catalog.Find(["C", "nobody", "A", "A"]);
        Assert.Equal(["A a", "C c"], found.OrderBy(f => f.Key).Select(f => $"{f.Key} {f.Value.Title}"));
    }

    [Fact]
    public void An_import_replaces_the_items_and_counts_what_it_did()
    {
        Assert.Equal(new ImportedItems(Added: 3, Changed: 0, Unchanged: 0, Removed: 0, Repeated: 0), Import(new("A"), new("B") { Price = 1 }, new("C")).Items);
        Assert.Equal(new ImportedItems(Added: 1, Changed: 1, Unchanged: 1, Removed: 1, Repeated: 0), Import(new("A"), new("B") { Price = 2 }, new("D")).Items);
        Assert.Equal(["A", "B", "D"], Catalog.ReadItems().Select(i => i.Id.Value));
        Assert.Equal(2, Catalog.Find("B")?.Price);
    }

    [Fact]
    public void A_merge_leaves_the_items_that_it_does_not_name()
    {
        Import(new("A"), new("B") { Price = 1 });
        ImportCounts counts = RunImport(merge: true, [new("B") { Price = 2 }, new("C")]);
        Assert.Equal(new ImportCounts(new(Added: 1, Changed: 1, Unchanged: 0, Removed: 0, Repeated: 0), null), counts);
        Assert.Equal(["A", "B", "C"], Catalog.ReadItems().Select(i => i.Id.Value));
    }

    [Fact]
    public void Each_field_alone_makes_an_item_changed()
    {
        var item = new Item("A") { Title = "t", Text = "x", Category = "c", Brand = "b", Price = 1, InStock = true, Attributes = new Dictionary<string, AttributeValue> { ["a"] = 1, ["b"] = "2" } };
        Import(item);
        Assert.Equal(1, Import(item with { Attributes = new Dictionary<string, AttributeValue> { ["b"] = "2", ["a"] = 1 } }).Items?.Unchanged);
        Item[] changed =
        [
            item with { Title = "T" }, item with { Text = "" }, item with { Category = null }, item with { Brand = "B" }, item with { Price = null }, item with { Price = 1.5 },
            item with { InStock = false }, item with { InStock = null }, item with { Attributes = new Dictionary<string, AttributeValue> { ["a"] = "1", ["b"] = "2" } }, new Item("A"),
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
        ImportCounts counts = Import(new("A") { Title = "two" }, new("C"), new("A") { Title = "one" }, new("C") { Title = "last" }, new("C") { Title = "very last" });
        Assert.Equal(new ImportedItems(Added: 1, Changed: 0, Unchanged: 1, Removed: 1, Repeated: 3), counts.Items);
        Assert.Equal(["one", "very last"], Catalog.ReadItems().Select(i => i.Title));
    }

    [Fact]
    public void An_import_that_is_not_committed_changes_nothing()
    {
        Import(new Item("A"));
        ImportEvents(Seen("u", "A", 0));
        using (CatalogImport import = Catalog.BeginImport())
        {
            import.Add(new Item("B"));
            import.Add(Seen("v", "B", 1));
        }
        Assert.Equal(["A"], Catalog.ReadItems().Select(i => i.Id.Value));
        Assert.Equal([Seen("u", "A", 0)], Catalog.ReadEvents());
    }

    [Fact]
    public void What_an_import_has_added_is_not_seen_before_it_ends()
    {
        using CatalogImport import = Catalog.BeginImport();
        import.Add(new Item("A"));
        import.Add(Seen("u", "A", 0));
        Assert.Equal((0, 0), (Catalog.ItemCount, Catalog.EventCount));
        import.Commit();
        Assert.Equal((1, 1), (Catalog.ItemCount, Catalog.EventCount));
        Assert.Throws<ObjectDisposedException>(() => import.Add(new Item("B")));
        Assert.Throws<ObjectDisposedException>(() => import.Commit());
    }

    [Fact]
    public void Only_what_is_given_is_replaced()
    {
        Import(new Item("A"));
        ImportCounts events = ImportEvents(Seen("u", "A", 0));
        Assert.Null(events.Items);
        Assert.Equal(1, Catalog.ItemCount);
        ImportCounts items = Import(new Item("B"));
        Assert.Null(items.Events);
        Assert.Equal(1, Catalog.EventCount);
        using CatalogImport nothing = Catalog.BeginImport();
        Assert.Equal(new ImportCounts(null, null), nothing.Commit());
        Assert.Equal((1, 1), (Catalog.ItemCount, Catalog.EventCount));
    }

    [Fact]
    public void Items_and_events_of_one_import_come_together_and_unknown_items_are_counted()
    {
        using CatalogImport import = Catalog.BeginImport();
        import.Add(Seen("u", "A", 0));   // before its item, as two files may be read
        import.Add(Seen("u", "ghost", 1));
        import.Add(Seen("v", "ghost", 2));
        import.Add(new Item("A"));
        Assert.Equal(new ImportCounts(new(1, 0, 0, 0, 0), new(Added: 3, Users: 2, OnUnknownItems: 2, AlreadyThere: 0)), import.Commit());
        Assert.Equal((3, 2), (Catalog.EventCount, Catalog.UserCount));
    }

    [Fact]
    public void Events_are_read_user_by_user_in_time_and_within_one_time_as_logged()
    {
        Event[] log =
        [
            Seen("u2", "A", 5), Seen("u1", "B", 3), Seen("u1", "C", 1), Seen("u10", "D", 0), Seen("u1", "E", 3),
            new("u1", "F", "", null, "s1"), new("u1", "G", "buy", null), Seen("u1", "A", 3) with { Session = "s2" },
        ];
        ImportEvents(log);
        Assert.Equal([log[5], log[6], log[2], log[1], log[4], log[7], log[3], log[0]], Catalog.ReadEvents());
    }

    [Fact]
    public void Times_come_back_as_the_same_instant_to_the_tick()
    {
        DateTimeOffset time = new DateTimeOffset(2024, 5, 1, 14, 0, 0, TimeSpan.FromHours(2)).AddTicks(1_234_567);
        ImportEvents(new Event("u", "A", "view", time));
        Event read = Assert.Single(Catalog.ReadEvents());
        Assert.Equal(time.UtcTicks, read.Time?.UtcTicks);
    }

    [Fact]
    public void An_events_import_replaces_the_events_and_keeps_equal_rows_of_one_log()
    {
        ImportEvents(Seen("u", "A", 0), Seen("v", "A", 0));
        ImportCounts counts = ImportEvents(Seen("u", "B", 0), Seen("u", "B", 0));
        Assert.Equal(new ImportedEvents(Added: 2, Users: 1, OnUnknownItems: 2, AlreadyThere: 0), counts.Events);
        Assert.Equal([Seen("u", "B", 0), Seen("u", "B", 0)], Catalog.ReadEvents());
    }

    [Fact]
    public void A_merge_does_not_add_events_twice_and_any_difference_makes_another_event()
    {
        Event[] log = [Seen("u", "A", 0), Seen("u", "A", 0), new("u", "A", "view", null)];
        ImportEvents(log);
        Assert.Equal(new ImportedEvents(Added: 0, Users: 0, OnUnknownItems: 0, AlreadyThere: 3), ImportEvents(merge: true, log).Events);

        Event[] others = [log[0] with { User = "v" }, log[0] with { Item = "B" }, log[0] with { Kind = "buy" }, Seen("u", "A", 1), log[0] with { Session = "s" }, log[2] with { Session = "" }];
        ImportedEvents? merged = ImportEvents(merge: true, [.. others, others[0], log[0]]).Events;
        Assert.Equal(new ImportedEvents(Added: 7, Users: 2, OnUnknownItems: 7, AlreadyThere: 1), merged);
        Assert.Equal(10, Catalog.EventCount);
    }

    [Fact]
    public void A_history_has_the_last_events_oldest_first_with_repeats()
    {
        ImportEvents(Seen("u", "C", 3), Seen("u", "A", 1), Seen("v", "X", 9), Seen("u", "B", 2), Seen("u", "B", 3), new Event("u", "old", "view", null));
        Assert.Equal(["B", "C", "B"], Catalog.ReadHistory("u", 3).Select(i => i.Value));
        Assert.Equal(["old", "A", "B", "C", "B"], Catalog.ReadHistory("u", 100).Select(i => i.Value));
        Assert.Empty(Catalog.ReadHistory("nobody", 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Catalog.ReadHistory("u", 0));
    }

    [Fact]
    public void What_has_no_id_is_refused()
    {
        using CatalogImport import = Catalog.BeginImport();
        Assert.Throws<ArgumentException>(() => import.Add(new Item(default)));
        Assert.Throws<ArgumentException>(() => import.Add(new Event("", "A", "view", null)));
        Assert.Throws<ArgumentException>(() => import.Add(new Event("u", default, "view", null)));
    }

    [Fact]
    public void An_enumeration_shows_the_catalogue_as_it_was_at_its_first_step()
    {
        Import([.. Enumerable.Range(0, 2000).Select(i => new Item($"P{i:D4}"))]);
        using IEnumerator<Item> items = Catalog.ReadItems().GetEnumerator();
        Assert.True(items.MoveNext());
        Import(new Item("P1999") { Title = "new" });
        int count = 1;
        while (items.MoveNext())
            count++;
        Assert.Equal(2000, count);
        Assert.Equal("new", Assert.Single(Catalog.ReadItems()).Title);
    }

    [Fact]
    public async Task A_catalogue_in_memory_works_alike()
    {
        await using EmbeddedVectorStore store = EmbeddedVectorStore.Open(":memory:");
        using (CatalogImport import = store.Catalog.BeginImport())
        {
            import.Add(new Item("A"));
            import.Add(Seen("u", "A", 0));
            import.Commit();
        }
        Assert.Equal("A", Assert.Single(store.Catalog.ReadItems()).Id);
        Assert.Equal(["A"], store.Catalog.ReadHistory("u", 3));
        await using EmbeddedVectorStore other = EmbeddedVectorStore.Open(":memory:");
        Assert.Equal(0, other.Catalog.ItemCount);
    }

    private ImportCounts Import(params Item[] items) => RunImport(merge: false, items);

    private ImportCounts RunImport(bool merge, Item[] items)
    {
        using CatalogImport import = Catalog.BeginImport(merge);
        foreach (Item item in items)
            import.Add(item);
        return import.Commit();
    }

    private ImportCounts ImportEvents(params Event[] events) => ImportEvents(merge: false, events);

    private ImportCounts ImportEvents(bool merge, Event[] events)
    {
        using CatalogImport import = Catalog.BeginImport(merge);
        foreach (Event happened in events)
            import.Add(happened);
        return import.Commit();
    }

    private static Event Seen(string user, string item, int minute) => new(user, item, "view", Noon.AddMinutes(minute));

    private static void ExpectEqual(Item expected, Item actual)
    {
        Assert.Equal(expected.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal), actual.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal));
        Assert.Equal(expected with { Attributes = actual.Attributes }, actual);
    }
}
