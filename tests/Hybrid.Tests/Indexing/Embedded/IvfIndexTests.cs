using System.Globalization;
using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Vectors;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class IvfIndexTests
{
    private static readonly Filter Cheap = Filter.Parse("price < 20");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 3, 0)]
    [InlineData(2, 8, 4)]
    [InlineData(3, 19, 7)]
    [InlineData(4, 32, 200)]
    public void It_answers_like_a_list_under_random_writes_and_builds(int seed, int dimension, int cells)
    {
        var random = new Random(seed);
        var index = new IvfIndex(dimension, new IvfOptions { Cells = cells });
        var twin = new Dictionary<ItemId, (Item Item, float[] Vector)>();
        // Few distinct vectors for most rows: duplicates and ties everywhere.
        float[][] common = [.. ClusteredVectors.Generate(12, dimension, 12, 0, seed).Chunk(dimension)];
        for (int step = 0; step < 1500; step++)
        {
            var item = new Item(random.Next(300).ToString(CultureInfo.InvariantCulture)) { Price = random.Next(100) };
            int what = random.Next(100);
            if (what < 65)
            {
                float[] vector = random.Next(3) == 0 ? ClusteredVectors.Generate(1, dimension, 1, 1, random.Next()) : common[random.Next(common.Length)];
                index.Upsert(item, vector);
                twin[item.Id] = (item, vector);
            }
            else if (what < 90)
            {
                Assert.Equal(twin.Remove(item.Id), index.Remove(item.Id));
            }
            else if (what < 92)
            {
                index.Build(Token);
            }
            else
            {
                AssertSame(twin, index, ClusteredVectors.Generate(1, dimension, 1, 1, random.Next()), count: 1 + random.Next(40), $"seed {seed}, step {step}");
                AssertSame(twin, index, common[random.Next(common.Length)], count: 1 + random.Next(400), $"seed {seed}, step {step}");
            }
        }
        Assert.True(index.Cells > 1, "the test never built");
    }

    [Theory]
    [InlineData(null, 10)]      // all cells
    [InlineData(1_000, 10)]     // as many as recall takes
    [InlineData(1_000, 100)]
    public void A_search_allocates_little_beside_its_results(int? mostExactRows, int count)
    {
        const int d = 384, rows = 6_000, searches = 200;
        float[] vectors = ClusteredVectors.Generate(rows, d, 30, 1, seed: 1);
        var index = new IvfIndex(d, new IvfOptions { Cells = 16 }, mostExactRows ?? rows);
        for (int row = 0; row < rows; row++)
            index.Upsert(new Item($"P{row:D6}"), vectors.AsSpan(row * d, d));
        index.Build(Token);
        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int q = 0; q < searches; q++)
                index.Search(vectors.AsSpan(q * d, d), count, filter: null, also: null, grouping: null, exact: false, Token);
            return (GC.GetAllocatedBytesForCurrentThread() - before) / searches;
        }
        Allocated();   // what a thread keeps for its searches
        const int neighbor = 16, kept = 24, objects = 200;
        Assert.InRange(Allocated(), count * neighbor, count * (neighbor + 2 * kept) + objects);
    }

    [Fact]
    public void Cells_of_more_than_one_block_keep_every_row_in_its_place()
    {
        const int d = 5, rows = 5 * IvfCell.BlockRows / 2;
        float[] vectors = ClusteredVectors.Generate(rows, d, 30, 1, seed: 1);
        var index = new IvfIndex(d, new IvfOptions { Cells = 2 });
        Dictionary<ItemId, (Item Item, float[] Vector)> twin = [];
        void AssertAll(string where)
        {
            Assert.Equal(twin.Keys.Order(), index.Items.Order());
            AssertSame(twin, index, vectors.AsSpan(0, d).ToArray(), rows, where);
        }

        for (int r = 0; r < rows; r++)
        {
            var item = new Item($"P{r}");
            twin[item.Id] = (item, vectors.AsSpan(r * d, d).ToArray());
            index.Upsert(item, twin[item.Id].Vector);
        }
        AssertAll("not built");
        index.Build(Token);
        AssertAll("built");
        var random = new Random(1);
        foreach (ItemId gone in twin.Keys.Order().Where(_ => random.Next(4) != 0).ToArray())
            Assert.True(twin.Remove(gone) && index.Remove(gone));
        AssertAll("three quarters removed");
    }

    [Fact]
    public void An_item_is_found_by_its_newer_vector_and_fields_at_once()
    {
        IvfIndex index = Clustered(rows: 500, cells: 10, out float[] vectors);
        index.Build(Token);
        float[] opposite = [.. vectors[..16].Select(x => -x)];
        index.Upsert(new Item("P000") { Category = "moved" }, opposite);

        Assert.Equal("P000", Assert.Single(index.Search(opposite, 1, probes: 1, item => item.Category == "moved", Token)).Item);
        Assert.Equal("P000", index.Scan(vectors.AsSpan(0, 16), 500, null)[^1].Item);
        Assert.Equal(500, index.Count);
    }

    [Fact]
    public void A_selective_filter_still_finds_as_many_as_were_asked_for()
    {
        IvfIndex index = Clustered(rows: 600, cells: 20, out float[] vectors);
        index.Build(Token);
        bool EverySixtieth(Item item) => item.Price % 60 == 0;

        Assert.Equal(10, index.Search(vectors.AsSpan(0, 16), 10, probes: 1, EverySixtieth, Token).Count);
        Assert.Equal(index.Scan(vectors.AsSpan(0, 16), 600, EverySixtieth), index.Search(vectors.AsSpan(0, 16), 600, probes: 1, EverySixtieth, Token));
    }

    [Fact]
    public void The_k_th_place_goes_to_the_smaller_id_wherever_its_row_stands()
    {
        var index = new IvfIndex(2, new IvfOptions());
        foreach (string id in new[] { "d", "b", "c", "a" })
            index.Upsert(new Item(id), [0, 1]);
        Assert.Equal([new("a", 1), new("b", 1)], index.Search([0, 1], 2, 64, null, Token));
    }

    [Fact]
    public void Scores_are_cosines_even_where_rounding_passes_1()
    {
        var index = new IvfIndex(2, new IvfOptions());
        index.Upsert(new Item("b"), [1.0005f, 0]);
        index.Upsert(new Item("a"), [1.0003f, 0]);
        Assert.Equal([new("a", 1), new("b", 1)], index.Scan([1, 0], 2, null));
        Assert.Equal([new("a", -1), new("b", -1)], index.Scan([-1, 0], 2, null));
    }

    [Theory]
    [InlineData(8, 0.90)]
    [InlineData(16, 0.95)]
    public void Few_cells_have_nearly_all_neighbors_of_clustered_vectors(int probes, double recall)
    {
        const int d = 64, rows = 6000, queries = 100;
        float[] vectors = ClusteredVectors.Generate(rows + queries, d, 200, 1, seed: 1);
        var index = new IvfIndex(d, new IvfOptions { Cells = 64 });
        for (int r = 0; r < rows; r++)
            index.Upsert(new Item($"P{r}"), vectors.AsSpan(r * d, d));
        index.Build(Token);
        int found = 0;
        for (int q = rows; q < rows + queries; q++)
        {
            ReadOnlySpan<float> query = vectors.AsSpan(q * d, d);
            found += index.Search(query, 10, probes, null, Token).Intersect(index.Scan(query, 10, null)).Count();
        }
        Assert.True(found >= recall * queries * 10, $"recall@10 {found / (queries * 10.0)} at {probes} of 64 cells");
    }

    [Fact]
    public void The_same_rows_and_seed_give_the_same_cells_whatever_order_they_came_in()
    {
        float[] vectors = ClusteredVectors.Generate(400, 16, 40, 1, seed: 1);
        byte[] Built(IEnumerable<int> order)
        {
            var index = new IvfIndex(16, new IvfOptions { Cells = 12 });
            foreach (int r in order)
                index.Upsert(new Item($"P{r}"), vectors.AsSpan(r * 16, 16));
            index.Build(Token);
            return IvfIndexFileTests.Saved(index);
        }
        Assert.Equal(Built(Enumerable.Range(0, 400)), Built(Enumerable.Range(0, 400).Reverse()));
    }

    [Fact]
    public void A_cancelled_build_leaves_everything_as_it_was()
    {
        IvfIndex index = Clustered(rows: 300, cells: 6, out _);
        byte[] before = IvfIndexFileTests.Saved(index);
        Assert.ThrowsAny<OperationCanceledException>(() => index.Build(new CancellationToken(canceled: true)));
        Assert.Equal(1, index.Cells);
        Assert.Equal(before, IvfIndexFileTests.Saved(index));
    }

    [Fact]
    public void A_cancelled_search_stops()
    {
        IvfIndex index = Clustered(rows: 10, cells: 2, out float[] vectors);
        Assert.Throws<OperationCanceledException>(() => index.Search(vectors.AsSpan(0, 16), 1, 1, null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void It_is_stale_when_it_is_big_and_was_not_built_or_half_of_it_changed()
    {
        var index = new IvfIndex(2, new IvfOptions { Cells = 3 });
        void Add(int from, int to)
        {
            for (int i = from; i < to; i++)
                index.Upsert(new Item($"P{i}"), [MathF.Cos(i), MathF.Sin(i)]);
        }
        Add(0, 4095);
        Assert.False(index.IsStale);
        Add(4095, 6000);
        Assert.True(index.IsStale);
        index.Build(Token);
        Assert.False(index.IsStale);
        Add(0, 6000);   // written again as they were
        Assert.False(index.IsStale);
        Add(6000, 9001);
        Assert.True(index.IsStale);
    }

    [Fact]
    public void An_empty_index_finds_nothing_and_can_be_built()
    {
        var index = new IvfIndex(3, new IvfOptions());
        index.Build(Token);
        Assert.Empty(index.Search([1, 0, 0], 5, 1, null, Token));
        Assert.Empty(index.Scan([1, 0, 0], 5, null));
        Assert.Equal((0, 1), (index.Count, index.Cells));
    }

    [Theory]
    [InlineData(0, 10_000, 100)]       // 0: the square root
    [InlineData(0, 10_001, 101)]
    [InlineData(128, 5, 5)]
    [InlineData(128, 100_000, 128)]
    public void There_are_as_many_cells_as_the_options_say_but_no_more_than_rows(int wanted, int rows, int cells) =>
        Assert.Equal(cells, new IvfIndex(384, new IvfOptions { Cells = wanted }).CellsFor(rows));

    [Theory]
    [InlineData(1)]
    [InlineData(384)]
    [InlineData(IvfIndex.MaxDimension)]
    public void No_array_of_the_largest_index_is_longer_than_an_array_may_be(int dimension)
    {
        var index = new IvfIndex(dimension, new IvfOptions { Cells = 65_536 });
        int cells = index.CellsFor(int.MaxValue), sample = index.SampleRows(int.MaxValue, cells);
        Assert.InRange((long)cells * dimension, 1, Array.MaxLength);
        Assert.InRange((long)sample * dimension, (long)cells * dimension, Array.MaxLength);
        Assert.InRange((long)IvfCell.BlockRows * dimension * sizeof(float), 1, int.MaxValue);   // a block is also seen as bytes
    }

    [Fact]
    public void Wrong_lengths_and_numbers_are_refused_with_both_named()
    {
        var index = new IvfIndex(3, new IvfOptions());
        foreach (Action use in new Action[]
        {
            () => index.Upsert(new Item("a"), [1, 0]),
            () => index.Search([1, 0], 1, 1, null, Token),
            () => index.Scan([1, 0], 1, null),
        })
        {
            Assert.Contains("vectors of 3 floats, this one has 2", Assert.Throws<ArgumentException>(use).Message, StringComparison.Ordinal);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 0, 0], 0, 1, null, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1, 0, 0], 1, 0, null, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfIndex(0, new IvfOptions()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfIndex(IvfIndex.MaxDimension + 1, new IvfOptions()));
        Assert.Throws<ArgumentException>(() => index.Upsert(new Item(default), [1, 0, 0]));
    }

    internal static IvfIndex Clustered(int rows, int cells, out float[] vectors)
    {
        vectors = ClusteredVectors.Generate(rows, 16, 30, 1, seed: 1);
        var index = new IvfIndex(16, new IvfOptions { Cells = cells });
        for (int r = 0; r < rows; r++)
            index.Upsert(new Item($"P{r:D3}") { Price = r }, vectors.AsSpan(r * 16, 16));
        return index;
    }

    private static void AssertSame(Dictionary<ItemId, (Item Item, float[] Vector)> twin, IvfIndex index, float[] query, int count, string where)
    {
        Assert.True(twin.Count == index.Count, where);
        foreach (Func<Item, bool>? matches in new Func<Item, bool>?[] { null, item => item.Price < 20 })
        {
            var score = new float[1];
            var expected = new List<Neighbor>();
            foreach ((ItemId id, (Item item, float[] vector)) in twin)
            {
                InnerProducts.ScoreRows(query, vector, score);
                if (matches is null || matches(item))
                    expected.Add(new Neighbor(id, Math.Clamp(score[0], -1, 1)));
            }
            expected = [.. expected.OrderByDescending(n => n.Score).ThenBy(n => n.Item).Take(count)];
            Assert.True(expected.SequenceEqual(index.Scan(query, count, matches)), $"scan: {where}");
            Assert.True(expected.SequenceEqual(index.Search(query, count, index.Cells, matches, Token)), $"search: {where}");
            Assert.True(expected.Count == index.Search(query, count, 1, matches, Token).Count, $"count of one probe: {where}");
            // The second time, what the first has learnt of the rows is there.
            for (int time = 1; time <= 2; time++)
            {
                IReadOnlyList<Neighbor> planned = index.Search(query, count, matches is null ? null : Cheap, null, null, exact: false, Token);
                Assert.True(expected.SequenceEqual(planned), $"planned, time {time}: {where}");
            }
        }
        Dictionary<ItemId, StoredItem> all = index.Get([.. twin.Keys, "nobody"], withVectors: true);
        Assert.Equal(twin.Count, all.Count);
        foreach ((ItemId id, (_, float[] vector)) in twin)
            Assert.True(index.Contains(id) && vector.AsSpan().SequenceEqual(all[id].Vector.Span), where);
        Assert.False(index.Contains("nobody"), where);
    }
}
