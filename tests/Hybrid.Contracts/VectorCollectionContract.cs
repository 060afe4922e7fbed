using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Vectors;
using static Hybrid.Contracts.UnitVectors;

namespace Hybrid.Contracts;

/// <summary>What every <see cref="IVectorCollection"/> promises, whichever store it is in.</summary>
public abstract class VectorCollectionContract(IEmptyStores stores) : StoreContract(stores)
{
    [Fact]
    public async Task The_nearest_items_come_best_first_with_their_cosines()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch(("far", At(180)), ("near", At(60)), ("at", At(0)), ("side", At(90))), Token);
        IReadOnlyList<Neighbor> found = await collection.SearchAsync(At(0), 10, cancellationToken: Token);
        Assert.Equal(["at", "near", "side", "far"], found.Select(n => n.Item.Value));
        double[] cosines = [1, 0.5, 0, -1];
        for (int i = 0; i < cosines.Length; i++)
            Assert.Equal(cosines[i], found[i].Score, tolerance: 1e-6);
        Assert.All(found, n => Assert.InRange(n.Score, -1, 1));
    }

    [Fact]
    public async Task Searches_and_filters_answer_what_Milvus_answered()
    {
        MilvusGolden golden = MilvusGolden.Load();
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(MilvusGolden.Dimension), Token);
        await collection.UpsertAsync(golden.Batch, Token);
        await collection.BuildIndexAsync(Token);

        Assert.NotEmpty(golden.Searches);
        foreach (MilvusGolden.Search search in golden.Searches)
        {
            var options = new SearchOptions { Filter = search.Filter is null ? null : Filter.Parse(search.Filter), Probes = int.MaxValue };
            IReadOnlyList<Neighbor> found = await collection.SearchAsync(search.Query, search.Count, options, Token);
            Assert.True(search.Items.SequenceEqual(found.Select(n => n.Item.Value)), $"{search.Filter}: {string.Join(' ', found)}");
            for (int i = 0; i < found.Count; i++)
                Assert.Equal(search.Scores[i], found[i].Score, tolerance: 1e-5);
        }
    }

    [Fact]
    public async Task An_item_written_twice_is_found_once_with_its_newer_vector()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch(("P7", At(0)), ("P8", At(90))), Token);
        await collection.UpsertAsync(Batch(("P7", At(60))), Token);
        IReadOnlyList<Neighbor> found = await collection.SearchAsync(At(0), 10, cancellationToken: Token);
        Assert.Equal(["P7", "P8"], found.Select(n => n.Item.Value));
        Assert.Equal(0.5, found[0].Score, tolerance: 1e-6);
        Assert.Equal(2, await collection.CountAsync(Token));
    }

    [Fact]
    public async Task Search_after_remove_no_longer_finds_the_item_and_unknown_ids_are_ignored()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch(("A", At(0)), ("B", At(10)), ("C", At(20))), Token);
        await collection.RemoveAsync(["A", "nobody", "C", "A"], Token);
        Assert.Equal(["B"], (await collection.SearchAsync(At(0), 10, cancellationToken: Token)).Select(n => n.Item.Value));
        Assert.Equal(1, await collection.CountAsync(Token));
        Assert.Equal(["B"], (await collection.ReadAllAsync(cancellationToken: Token)).Select(row => row.Fields.Id.Value));
        await collection.RemoveAsync([], Token);
        await collection.UpsertAsync(Batch(("A", At(90))), Token);
        Assert.Equal(["B", "A"], (await collection.SearchAsync(At(0), 10, cancellationToken: Token)).Select(n => n.Item.Value));
    }

    [Fact]
    public async Task Equal_scores_come_in_ascending_id_and_the_count_cuts_the_later_ids()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch(("b", At(0)), ("é", At(0)), ("B", At(0)), ("10", At(0)), ("9", At(0))), Token);
        Assert.Equal(["10", "9", "B", "b", "é"], (await collection.SearchAsync(At(0), 5, cancellationToken: Token)).Select(n => n.Item.Value));
        Assert.Equal(["10", "9"], (await collection.SearchAsync(At(0), 2, cancellationToken: Token)).Select(n => n.Item.Value));
    }

    [Fact]
    public async Task An_empty_collection_answers_with_nothing()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(new ItemBatch(Space(2), [], default), Token);
        Assert.Equal(0, await collection.CountAsync(Token));
        Assert.Empty(await collection.SearchAsync(At(0), 16_384, cancellationToken: Token));
        Assert.Empty(await collection.GetAsync(["A"], cancellationToken: Token));
        Assert.Empty(await collection.ReadAllAsync(cancellationToken: Token));
        await collection.BuildIndexAsync(Token);
        Assert.Empty(await collection.SearchAsync(At(0), 10, cancellationToken: Token));
    }

    [Fact]
    public async Task A_batch_with_one_wrong_row_writes_nothing()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        foreach (float[] wrong in (float[][])[[0.6f, 0.81f], [0, 0], [float.NaN, 0], [float.PositiveInfinity, 0]])
        {
            ArgumentException refusal = await Assert.ThrowsAsync<ArgumentException>(() => collection.UpsertAsync(Batch(("A", At(0)), ("B", wrong)), Token));
            Assert.Contains("The vector of item B has length", refusal.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, await collection.CountAsync(Token));
        await collection.UpsertAsync(Batch(("A", [0.6f, 0.8f]), ("B", [0.6006f, 0.8f]), ("C", [0.5994f, 0.8f])), Token);   // 1 ± 1e-3
        Assert.Equal(3, await collection.CountAsync(Token));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public async Task A_price_that_is_not_finite_is_refused_and_nothing_written(double price)
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await Assert.ThrowsAnyAsync<ArgumentException>(
            async () => await collection.UpsertAsync(Batch((new Item("A"), At(0)), (new Item("B") { Price = price }, At(0))), Token));
        Assert.Equal(0, await collection.CountAsync(Token));
    }

    [Fact]
    public async Task A_wrong_query_or_count_is_refused_with_the_value_and_the_range()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        Assert.Contains("The query has 3 floats", await RefusalAsync(new float[3]), StringComparison.Ordinal);
        Assert.Contains("The query has length 2, not 1", await RefusalAsync([2, 0]), StringComparison.Ordinal);
        Assert.Contains("The query has length NaN, not 1", await RefusalAsync([float.NaN, 0]), StringComparison.Ordinal);
        foreach (int count in (int[])[0, -1, 16_385])
        {
            var refusal = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => collection.SearchAsync(At(0), count, cancellationToken: Token));
            Assert.Contains("1 to 16384", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(count, refusal.ActualValue);
        }

        async Task<string> RefusalAsync(float[] query) =>
            (await Assert.ThrowsAsync<ArgumentException>(() => collection.SearchAsync(query, 1, cancellationToken: Token))).Message;
    }

    [Fact]
    public async Task A_batch_and_a_query_of_another_space_are_refused_and_both_spaces_named()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        VectorSpace here = Space(2);
        IVectorCollection collection = await store.CreateAsync("products", here, Token);
        VectorSpace[] others =
        [
            here with { Model = "another" }, here with { Hash = new string('b', 64) }, here with { Kind = VectorSpaceKind.Behavior },
                here with { Template = "{title}" },
            Space(3),
        ];
        foreach (VectorSpace other in others)
        {
            float[] vector = [1, .. new float[other.Dimension - 1]];
            ArgumentException batch = await Assert.ThrowsAsync<ArgumentException>(() =>
                collection.UpsertAsync(new ItemBatch(other, [new("A")], vector), Token));
            ArgumentException query = await Assert.ThrowsAsync<ArgumentException>(
                () => collection.SearchAsync(new QueryVector(vector, other), 1, cancellationToken: Token));
            Assert.Contains($"vectors of {other}, and the collection holds {here}", batch.Message, StringComparison.Ordinal);
            Assert.Contains($"is of {other}, and the collection holds {here}", query.Message, StringComparison.Ordinal);
        }
        Assert.Equal(0, await collection.CountAsync(Token));
    }

    [Fact]
    public async Task A_filter_leaves_only_what_matches()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        var attributes = new Dictionary<string, AttributeValue> { ["color"] = "red", ["watt"] = 15, ["wireless"] = true };
        await collection.UpsertAsync(Batch(
            (new Item("A") { Category = "audio", Price = 60, Brand = "Sorano", InStock = true }, At(0)),
            (new Item("B") { Category = "audio", Price = 40, Attributes = attributes }, At(10)),
            (new Item("C") { Category = "video", Price = 10, InStock = false }, At(20)),
            (new Item("D"), At(30))), Token);

        Assert.Equal(["B"], await Matching("category == \"audio\" and price < 50"));
        Assert.Equal(["C", "D"], await Matching("id not in [\"A\", \"B\"] "));
        Assert.Equal(["B"], await Matching("attributes[\"color\"] == \"red\" and attributes[\"watt\"] > 10"));
        Assert.Equal(["A"], await Matching("brand == \"Sorano\""));
        await collection.BuildIndexAsync(Token);
        Assert.Equal(["B"], await Matching("category == \"audio\" and price < 50"));

        await collection.UpsertAsync(Batch((new Item("B") { Category = "audio", Price = 55 }, At(10)),
            (new Item("D") { Category = "audio", Price = 49.99 }, At(30))), Token);
        Assert.Equal(["D"], await Matching("category == \"audio\" and price < 50"));

        async Task<IEnumerable<string>> Matching(string filter) =>
            (await collection.SearchAsync(At(0), 10, new SearchOptions { Filter = Filter.Parse(filter) }, Token)).Select(n => n.Item.Value);
    }

    [Fact]
    public async Task All_probes_give_exactly_the_linear_scan_before_and_after_a_build_and_after_writes_on_it()
    {
        const int seed = 11;
        var random = new Random(seed);
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(16), Token);
        Dictionary<ItemId, float[]> twin = [];
        var all = new SearchOptions { Probes = int.MaxValue };
        for (int round = 0; round < 3; round++)
        {
            (string Item, float[] Vector)[] rows = [.. Enumerable.Range(round * 150, 300).Select(i => ($"P{i}", Draw(random, 16)))];
            await collection.UpsertAsync(Batch(rows), Token);
            foreach ((string item, float[] vector) in rows)
                twin[item] = vector;
            ItemId[] removed = [.. Enumerable.Range(0, 40).Select(_ => new ItemId($"P{random.Next(round * 150 + 300)}"))];
            await collection.RemoveAsync(removed, Token);
            foreach (ItemId item in removed)
                twin.Remove(item);
            for (int q = 0; q < 5; q++)
            {
                float[] query = Draw(random, 16);
                IReadOnlyList<Neighbor> found = await collection.SearchAsync(query, 20, all, Token);
                ExpectNearest(twin, query, 20, found, $"round {round}, query {q}, seed {seed}");
            }
            Assert.Equal(twin.Count, await collection.CountAsync(Token));
            await collection.BuildIndexAsync(Token);
        }
    }

    [Fact]
    public async Task Fewer_probes_return_real_items_with_their_true_scores()
    {
        var random = new Random(5);
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(8), Token);
        Dictionary<string, float[]> rows = Enumerable.Range(0, 500).ToDictionary(i => $"P{i}", _ => Draw(random, 8));
        await collection.UpsertAsync(Batch([.. rows.Select(r => (r.Key, r.Value))]), Token);
        await collection.BuildIndexAsync(Token);
        float[] query = Draw(random, 8);
        IReadOnlyList<Neighbor> found = await collection.SearchAsync(query, 10, new SearchOptions { Probes = 1 }, Token);
        Assert.NotEmpty(found);
        Assert.All(found, n => Assert.Equal(rows[n.Item.Value].Zip(query, (a, b) => (double)a * b).Sum(), n.Score, tolerance: 1e-5));
        Assert.Equal(found.OrderByDescending(n => n.Score).ThenBy(n => n.Item), found);
    }

    [Fact]
    public async Task A_search_that_starts_after_a_write_has_ended_sees_it_whoever_wrote()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < 15; i++)
            {
                string item = $"{writer}-{i}";
                await collection.UpsertAsync(Batch((item, At(writer * 20 + i))), Token);
                Assert.Contains(item, (await collection.SearchAsync(At(0), 1000, cancellationToken: Token)).Select(n => n.Item.Value));
                if (i % 3 == 0)
                {
                    await collection.RemoveAsync([item], Token);
                    Assert.DoesNotContain(item, (await collection.SearchAsync(At(0), 1000, cancellationToken: Token)).Select(n => n.Item.Value));
                }
            }
        }, Token)));
        Assert.Equal(40, await collection.CountAsync(Token));
    }

    [Fact]
    public async Task What_is_cancelled_before_it_starts_does_nothing()
    {
        await using IVectorStore store = await OpenEmptyAsync();
        IVectorCollection collection = await store.CreateAsync("products", Space(2), Token);
        await collection.UpsertAsync(Batch(("A", At(0))), Token);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collection.UpsertAsync(Batch(("B", At(0))), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collection.RemoveAsync(["A"], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collection.SearchAsync(At(0), 1, cancellationToken: cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => collection.BuildIndexAsync(cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.CreateAsync("more", Space(2), cancelled));
        Assert.Equal(["A"], (await collection.SearchAsync(At(0), 10, cancellationToken: Token)).Select(n => n.Item.Value));
        Assert.Single(await store.ListAsync(Token));
    }
}
