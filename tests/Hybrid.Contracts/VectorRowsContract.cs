using Hybrid.Catalog;
using Hybrid.Indexing;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Contracts;

// What comes back of a row, by its key and in the order of all keys.
public abstract class VectorRowsContract(IEmptyStores stores) : StoreContract(stores)
{
    [Fact]
    public async Task Vectors_come_back_as_they_were_written()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(7), Token);
        var random = new Random(3);
        (string, float[])[] rows = [.. Enumerable.Range(0, 50).Select(i => ($"商品 {i}", Draw(random, 7)))];
        rows[0].Item2[0] = 0.0005f + rows[0].Item2[0];   // not quite of length 1, and still as it was
        await collection.UpsertAsync(Batch(rows), Token);
        for (int build = 0; build < 2; build++)
        {
            IReadOnlyDictionary<ItemId, StoredItem> found = await collection.GetAsync([.. rows.Select(r => new ItemId(r.Item1)), "nobody"],
                cancellationToken: Token);
            Assert.Equal(50, found.Count);
            Assert.All(rows, r => Assert.Equal(r.Item2, found[r.Item1].Vector.ToArray()));
            await collection.BuildIndexAsync(Token);
        }
    }

    [Fact]
    public async Task Fields_come_back_without_title_and_text()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        Item[] items =
        [
            new("bare"),
            new("full")
            {
                Title = "left out", Text = "left out", Category = "audio", Brand = "", Price = -0.0, InStock = false,
                Attributes = new Dictionary<string, AttributeValue> { ["color"] = "红 \"\\", ["watt"] = 1.0 / 3, ["wireless"] = true },
            },
        ];
        await collection.UpsertAsync(Batch((items[0], At(0)), (items[1], At(1))), Token);
        foreach (StoredItem row in (StoredItem[])[
            .. await collection.ReadAllAsync(cancellationToken: Token), .. (await collection.GetAsync(["bare", "full"], cancellationToken: Token)).Values])
        {
            Item written = items.Single(i => i.Id == row.Fields.Id);
            Assert.Equal(
                (written.Category, written.Brand, written.Price, written.InStock, "", ""),
                (row.Fields.Category, row.Fields.Brand, row.Fields.Price, row.Fields.InStock, row.Fields.Title, row.Fields.Text));
            Assert.Equal(written.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal), row.Fields.Attributes.OrderBy(a => a.Key, StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Sequences_and_fingerprints_come_back_and_are_replaced_with_their_row()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(new ItemBatch(Space(2), [new("A"), new("B")], (float[])[.. At(0), .. At(1)], ["f1", "f2"], [1, long.MaxValue]), Token);
        await collection.UpsertAsync(new ItemBatch(Space(2), [new("B"), new("C")], (float[])[.. At(0), .. At(1)], ["f3", ""]), Token);
        await collection.UpsertAsync(new ItemBatch(Space(2), [new("D")], At(2), sequences: [-7]), Token);
        await ExpectAsync("A f1 1", "B f3 0", "C  0", "D  -7");
        await collection.UpsertAsync(Batch(("A", At(2))), Token);
        await collection.RemoveAsync(["D"], Token);
        await collection.BuildIndexAsync(Token);
        await ExpectAsync("A  0", "B f3 0", "C  0");

        async Task ExpectAsync(params string[] rows)
        {
            Assert.Equal(rows, (await collection.ReadAllAsync(cancellationToken: Token)).Select(Describe));
            Assert.Equal(rows, (await collection.ReadAllAsync(withVectors: false, cancellationToken: Token)).Select(Describe));
            Assert.Equal(rows,
                (await collection.GetAsync(["A", "B", "C", "D"], cancellationToken: Token)).Values.OrderBy(row => row.Fields.Id).Select(Describe));
        }

        static string Describe(StoredItem row) => $"{row.Fields.Id} {row.Fingerprint} {row.Sequence}";
    }

    [Fact]
    public async Task Rows_are_given_without_their_vectors_where_these_are_not_wanted()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch((new Item("A") { Category = "audio" }, At(30))), Token);
        StoredItem got = (await collection.GetAsync(["A", "nobody"], withVectors: false, Token)).Single().Value;
        StoredItem read = Assert.Single(await collection.ReadAllAsync(withVectors: false, cancellationToken: Token));
        Assert.Equal(("audio", 0), (got.Fields.Category, got.Vector.Length));
        Assert.Equal(("audio", 0), (read.Fields.Category, read.Vector.Length));
        Assert.Equal(At(30), Assert.Single(await collection.ReadAllAsync(cancellationToken: Token)).Vector.ToArray());
    }

    [Fact]
    public async Task Rows_are_read_in_the_order_of_their_UTF_8_bytes()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        // UTF-16 would put the pair of surrogates of 🎧 before U+FF21, and a culture a before B.
        string[] ordered = ["10", "9", "A", "B", "a", "é", "中", "\uFF21", "🎧"];
        await collection.UpsertAsync(Batch([.. ordered.Reverse().Select(id => (id, At(0)))]), Token);
        Assert.Equal(ordered, (await collection.ReadAllAsync(cancellationToken: Token)).Select(row => row.Fields.Id.Value));
        for (int i = 0; i < ordered.Length; i++)
            Assert.Equal(ordered[(i + 1)..], (await collection.ReadAllAsync(after: ordered[i], cancellationToken: Token)).Select(row => row.Fields.Id.Value));
    }

    [Fact]
    public async Task Rows_of_several_pages_are_read_in_order_whatever_order_they_came_in()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        string[] keys = [.. Enumerable.Range(0, 5_000).Select(i => $"P{i:0000}")];
        string[] written = [.. keys];
        new Random(5).Shuffle(written);
        foreach (string[] some in written.Chunk(1_000))
            await collection.UpsertAsync(Batch([.. some.Select((key, i) => (key, At(i)))]), Token);
        Assert.Equal(keys, (await collection.ReadAllAsync(withVectors: false, cancellationToken: Token)).Select(row => row.Fields.Id.Value));
        Assert.Equal(keys[2_500..], (await collection.ReadAllAsync("P2499", cancellationToken: Token)).Select(row => row.Fields.Id.Value));
    }

    [Fact]
    public async Task Reading_goes_on_behind_any_key_whether_it_is_there_or_not()
    {
        const int rows = 2500;   // more than one page of any store
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch([.. Enumerable.Range(0, rows).Select(i => ($"P{2 * i:D5}", At(i)))]), Token);
        foreach (int after in (int[])[-1, 0, 1, 998, 2046, 2047, 2048, 2049, 4997, 4998, 4999])
        {
            ItemId from = after < 0 ? default : new ItemId($"P{after:D5}");
            string[] expected = [.. Enumerable.Range(0, rows).Select(i => 2 * i).Where(i => i > after).Select(i => $"P{i:D5}")];
            Assert.Equal(expected, (await collection.ReadAllAsync(from, withVectors: false, Token)).Select(row => row.Fields.Id.Value));
        }
    }

    [Fact]
    public async Task Reading_while_others_write_gives_every_row_that_stays_once_and_in_order()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch([.. Enumerable.Range(0, 2500).Select(i => ($"P{i:D4}", At(0)))]), Token);
        int written = 0;
        var seen = new List<StoredItem>();
        await foreach (StoredItem row in collection.ReadAsync(cancellationToken: Token))
        {
            seen.Add(row);
            if (seen.Count % 100 != 0)
                continue;
            // All come again with another vector, and one of the odd ones goes: none of this may wait for the reader.
            await collection.UpsertAsync(Batch([.. Enumerable.Range(0, 50).Select(i => ($"P{(written + 2 * i) % 2500:D4}", At(90)))]), Token);
            await collection.RemoveAsync([$"P{2 * written % 2500 + 1:D4}"], Token);
            written += 100;
        }
        Assert.Equal(seen.Select(row => row.Fields.Id).Distinct().Order(), seen.Select(row => row.Fields.Id));
        Assert.All(Enumerable.Range(0, 1250), i => Assert.Contains(seen, row => row.Fields.Id == new ItemId($"P{2 * i:D4}")));
        Assert.All(seen, row => Assert.True(row.Vector.Span.SequenceEqual(At(0)) || row.Vector.Span.SequenceEqual(At(90))));
    }

    [Fact]
    public async Task An_index_is_described()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(8), Token);
        var random = new Random(4);
        await collection.UpsertAsync(Batch([.. Enumerable.Range(0, 300).Select(i => ($"P{i}", Draw(random, 8)))]), Token);
        IndexDescription before = await collection.DescribeIndexAsync(Token);
        Assert.NotEmpty(before.Type);
        Assert.True(before.Cells >= 1 && before.Probes >= 1);
        await collection.BuildIndexAsync(Token);
        IndexDescription after = await collection.DescribeIndexAsync(Token);
        Assert.True(after.Cells > 1 && after.Probes >= 1 && !after.IsStale);
        Assert.Equal(after.FileBytes > 0, after.File is not null);
    }
}
