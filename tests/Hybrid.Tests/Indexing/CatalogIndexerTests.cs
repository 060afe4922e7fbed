using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Records;
using Hybrid.Tests.Encoding;

namespace Hybrid.Tests.Indexing;

public sealed class CatalogIndexerTests : IAsyncLifetime
{
    private readonly EmbeddedVectorStore _store = EmbeddedVectorStore.Open(":memory:");
    private readonly RecordStore _records = RecordStore.Open(":memory:");
    private readonly CatalogIndexer _indexer = new(MiniLm.Encoder, ItemTextTemplate.Default);
    private IVectorCollection _items = null!;   // ! : set before each test

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ChangeLog Changes => _records.Changes;

    public async ValueTask InitializeAsync() => _items = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _records.Dispose();
    }

    [Fact]
    public async Task The_first_time_everything_is_encoded_and_then_only_what_changed()
    {
        await _records.UpsertAsync([.. Many(5)], Token);
        Expect(await UpdateAsync(), encoded: 5, items: 5);
        Expect(await UpdateAsync(), items: 5);

        await _records.UpsertAsync([Thing(1) with { Title = "A garden hose" }, Thing(2), Thing(9)], Token);
        Expect(await UpdateAsync(), encoded: 2, items: 6);
        await ExpectVectorsAsync();
    }

    [Fact]
    public void A_list_is_another_row_than_its_text_and_than_other_elements()
    {
        AttributeValue[] alike = ["a|b", AttributeValue.OfList(["a", "b"]), AttributeValue.OfList(["a|b"]), AttributeValue.OfList([])];
        Assert.Distinct(alike.Select(value =>
            CatalogIndexer.Fingerprint(ItemTextTemplate.Default, Thing(1) with { Attributes = new Dictionary<string, AttributeValue> { ["x"] = value } })));
    }

    [Fact]
    public async Task Texts_that_the_model_cannot_hold_are_counted_when_they_are_encoded()
    {
        string words = string.Concat(Enumerable.Repeat("word ", 300));
        await _records.UpsertAsync([Thing(1), Thing(2) with { Text = words }, Thing(3) with { Text = words }], Token);
        IndexReport first = await UpdateAsync();
        Assert.Equal((3, 2, 256), (first.Encoded, first.TooLong, first.MaxTokens));
        await _records.UpsertAsync([Thing(2) with { Text = words, Price = 1 }], Token);
        Assert.Equal(0, (await UpdateAsync()).TooLong);
    }

    [Fact]
    public async Task Other_fields_are_written_with_the_vector_that_is_there()
    {
        await _records.UpsertAsync([.. Many(5)], Token);
        await UpdateAsync();
        Item[] cheaper = [Thing(1) with { Price = 1 }, Thing(2) with { InStock = false },
            Thing(3) with { Attributes = new Dictionary<string, AttributeValue> { ["a"] = 1 } }];
        await _records.UpsertAsync(cheaper, Token);
        Expect(await UpdateAsync(), refreshed: 3, items: 5);
        Assert.Equal("P0001", (await SearchAsync("thing", Filter.Parse("price == 1")))[0]);
        Assert.Equal(["P0003"], await SearchAsync("thing", Filter.Parse("exists attributes[\"a\"]")));
        await ExpectVectorsAsync();

        // There and back again: nothing to write but the number of the record.
        await _records.UpsertAsync([Thing(1)], Token);
        await _records.UpsertAsync([cheaper[0]], Token);
        Expect(await UpdateAsync(), items: 5);
        Assert.Equal(0, await CatalogIndexer.ReconcileAsync(_items, _records, Token));
    }

    [Fact]
    public async Task What_the_records_no_longer_have_is_removed()
    {
        await _records.UpsertAsync([.. Many(5)], Token);
        await UpdateAsync();
        await _records.RemoveAsync(["P0000", "P0004", "NEVER"], Token);
        await _records.UpsertAsync([Thing(7)], Token);
        await _records.RemoveAsync(["P0007"], Token);   // came and went in between
        Expect(await UpdateAsync(), removed: 2, items: 3);
        await ExpectVectorsAsync();
    }

    [Fact]
    public async Task A_cancelled_call_keeps_what_it_wrote_and_the_next_one_goes_on()
    {
        await _records.UpsertAsync([.. Many(700)], Token);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var reported = new List<long>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _indexer.UpdateAsync(_items, _records, progress: new Watch(done =>
        {
            reported.Add(done);
            if (done == 512)
                cut.Cancel();
        }), cancellationToken: cut.Token));
        Assert.Equal([256, 512], reported);
        Assert.Equal(512, await _items.CountAsync(Token));
        Assert.False(Changes.IsComplete(_items.Name));
        Assert.Equal(188, Changes.Count(_items.Name));

        Expect(await UpdateAsync(), encoded: 188, items: 700);
        Assert.True(Changes.IsComplete(_items.Name));
        await ExpectVectorsAsync();
    }

    [Fact]
    public async Task What_changes_while_it_runs_is_for_the_next_call()
    {
        await _records.UpsertAsync([.. Many(600)], Token);
        bool isFirst = true;
        IndexReport report = await _indexer.UpdateAsync(_items, _records, progress: new Watch(_ =>
        {
            if (!isFirst)
                return;
            isFirst = false;
            // Of the first 256, which are done, and of those that are to come; one is new, one goes.
            _records.UpsertAsync([Thing(3) with { Title = "A garden hose" }, Thing(400) with { Title = "A watering can" }, Thing(599) with { Price = 3 },
                Thing(900)], Token)
                .GetAwaiter().GetResult();
            _records.RemoveAsync(["P0004", "P0500"], Token).GetAwaiter().GetResult();
        }), cancellationToken: Token);
        Assert.Equal(599, report.Items);
        Assert.Equal(["P0003", "P0004", "P0400", "P0500", "P0599", "P0900"],
            Changes.Read(_items.Name, long.MaxValue, default, 100).Select(key => key.Item.Value));
        await UpdateAsync();
        Assert.Equal(0, Changes.Count(_items.Name));
        await ExpectVectorsAsync();
        Assert.Equal(0, await CatalogIndexer.ReconcileAsync(_items, _records, Token));
    }

    [Fact]
    public async Task Vectors_of_another_collection_are_taken_over_where_the_text_is_the_same()
    {
        await _records.UpsertAsync([.. Many(5)], Token);
        await UpdateAsync();
        await _records.UpsertAsync([Thing(1) with { Title = "A garden hose" }, Thing(2) with { Price = 5 }, Thing(9)], Token);
        await _records.RemoveAsync(["P0004"], Token);
        IVectorCollection next = await CreateAsync();
        IndexReport report = await _indexer.UpdateAsync(next, _records, _items, cancellationToken: Token);
        Expect(report, encoded: 2, refreshed: 1, items: 5);
        Assert.Equal(next.Name, report.Collection);
        await ExpectVectorsAsync(next);
        Assert.Equal(5, await _items.CountAsync(Token));   // the other one is as it was
        Assert.Equal(4, Changes.Count(_items.Name));
    }

    [Fact]
    public async Task Rows_that_are_not_those_of_the_records_are_found_and_mended()
    {
        await _records.UpsertAsync([.. Many(600)], Token);
        await UpdateAsync();
        Assert.Equal(0, await CatalogIndexer.ReconcileAsync(_items, _records, Token));

        // Missing, left over at the front, in the middle and at the end, and made from an older record.
        await _items.RemoveAsync(["P0000", "P0300", "P0599"], Token);
        await _items.UpsertAsync(Batch([Thing(-1, "A"), Thing(300, "P0300x"), Thing(-1, "Z")], sequence: 1), Token);
        await _items.UpsertAsync(Batch([Thing(7)], sequence: 0), Token);
        Assert.Equal(7, await CatalogIndexer.ReconcileAsync(_items, _records, Token));
        Assert.Equal(["A", "P0000", "P0007", "P0300", "P0300x", "P0599", "Z"],
            Changes.Read(_items.Name, long.MaxValue, default, 100).Select(key => key.Item.Value));
        Assert.Equal(7, await CatalogIndexer.ReconcileAsync(_items, _records, Token));   // it marks, and changes nothing

        IndexReport report = await UpdateAsync();
        Assert.Equal((4, 0, 3, 600), (report.Encoded, report.Refreshed, report.Removed, report.Items));
        Assert.Equal(0, await CatalogIndexer.ReconcileAsync(_items, _records, Token));
        await ExpectVectorsAsync();
    }

    [Fact]
    public async Task An_empty_side_is_reconciled_too()
    {
        await _items.UpsertAsync(Batch([Thing(1), Thing(2)], sequence: 1), Token);
        Assert.Equal(2, await CatalogIndexer.ReconcileAsync(_items, _records, Token));
        Expect(await UpdateAsync(), removed: 2, items: 0);
        await _records.UpsertAsync([.. Many(3)], Token);
        Assert.Equal(3, await CatalogIndexer.ReconcileAsync(_items, _records, Token));
        Expect(await UpdateAsync(), encoded: 3, items: 3);
    }

    [Fact]
    public async Task A_crash_between_the_rows_and_the_log_makes_nothing_twice()
    {
        await _records.UpsertAsync([.. Many(300)], Token);
        Changes.Follow(_items.Name);
        IReadOnlyList<DirtyKey> first = Changes.Read(_items.Name, long.MaxValue, default, 256);
        await UpdateAsync();
        await _records.RemoveAsync(["P0299"], Token);
        await _items.RemoveAsync(["P0299"], Token);
        // As if the process had been killed before it cleared what it had written: these keys are still there.
        Changes.Mark(_items.Name, [.. first.Select(key => key.Item)]);
        Expect(await UpdateAsync(), items: 299);
        Assert.Equal(0, Changes.Count(_items.Name));
        await ExpectVectorsAsync();
    }

    [Fact]
    public async Task A_collection_of_another_space_is_refused_with_both_named()
    {
        IVectorCollection other = await _store.CreateAsync("products", MiniLm.Encoder.SpaceFor(new ItemTextTemplate("{title}")), Token);
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => _indexer.UpdateAsync(other, _records, cancellationToken: Token));
        Assert.Contains("\"{title}\"", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{ItemTextTemplate.Default}\"", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Name, Changes.ReadTargets());
    }

    private Task<IndexReport> UpdateAsync() => _indexer.UpdateAsync(_items, _records, cancellationToken: Token);

    private Task<IVectorCollection> CreateAsync() => _store.CreateAsync("products", MiniLm.Encoder.SpaceFor(ItemTextTemplate.Default), Token);

    private static void Expect(IndexReport report, long encoded = 0, long refreshed = 0, long removed = 0, long items = 0) =>
        Assert.Equal((encoded, refreshed, removed, items, items - encoded - refreshed),
            (report.Encoded, report.Refreshed, report.Removed, report.Items, report.Unchanged));

    /// <summary>The collection holds exactly the records, each with the vector of its text and the number of its row.</summary>
    private async Task ExpectVectorsAsync(IVectorCollection? collection = null)
    {
        collection ??= _items;
        List<StoredItem> rows = [];
        await foreach (StoredItem row in collection.ReadAsync(cancellationToken: Token))
            rows.Add(row);
        Item[] items = [.. _records.ReadItems()];
        Assert.Equal(items.Select(item => item.Id), rows.Select(row => row.Fields.Id));
        Assert.Equal(_records.ReadKeys().Select(key => key.Sequence), rows.Select(row => row.Sequence));
        float[] vectors = new float[items.Length * collection.Space.Dimension];
        MiniLm.Encoder.Encode([.. items.Select(ItemTextTemplate.Default.TextOf)], TextRole.Passage, vectors, Token);
        for (int i = 0; i < items.Length; i++)
        {
            Assert.Equal((items[i].Price, items[i].InStock), (rows[i].Fields.Price, rows[i].Fields.InStock));
            ReadOnlySpan<float> expected = vectors.AsSpan(i * collection.Space.Dimension, collection.Space.Dimension), found = rows[i].Vector.Span;
            for (int d = 0; d < expected.Length; d++)
                Assert.Equal(expected[d], found[d], 1e-6f);
        }
    }

    private async Task<string[]> SearchAsync(string text, Filter filter) =>
        [.. (await _items.SearchAsync(new(MiniLm.Encoder.Encode(text, TextRole.Query), _items.Space), 10, new SearchOptions { Filter = filter }, Token))
            .Select(n => n.Item.Value)];

    private ItemBatch Batch(Item[] items, long sequence) => new(_items.Space, items,
        items.SelectMany(item => MiniLm.Encoder.Encode(ItemTextTemplate.Default.TextOf(item), TextRole.Passage)).ToArray(),
        [.. items.Select(_ => "of another record")], [.. items.Select(_ => sequence)]);

    private static IEnumerable<Item> Many(int count) => Enumerable.Range(0, count).Select(i => Thing(i));

    private static Item Thing(int number, string? id = null) => new(id ?? $"P{number:D4}") { Title = $"Thing number {number}", Price = 10, InStock = true };

    private sealed class Watch(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
