using Hybrid.Catalog;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Vectors;

namespace Hybrid.Tests.Indexing.Embedded;

public sealed class IvfIndexTests
{
    private const int D = 24;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Random_writes_and_builds_leave_what_a_dictionary_has_and_a_full_search_equals_the_scan()
    {
        const int Seed = 42;
        var random = new Random(Seed);
        float[] pool = ClusteredVectors.Generate(400, D, 20, Seed);
        var index = new IvfIndex(D, new IvfOptions { Cells = 8 });
        var twin = new SortedDictionary<ItemId, (float[] Vector, double Price)>();
        for (int step = 0; step < 1_500; step++)
        {
            ItemId id = $"P{random.Next(500)}";
            if (random.Next(4) == 0)
            {
                Assert.Equal(twin.Remove(id), index.Remove(id));
            }
            else
            {
                float[] vector = pool.AsSpan(random.Next(400) * D, D).ToArray();   // the same vectors again and again: ties
                double price = random.Next(10);
                twin[id] = (vector, price);
                index.Upsert(new Item(id) { Price = price }, vector);
            }
            if (step % 300 == 299)
                index.Build(Token);
            if (step % 50 != 0)
                continue;

            Assert.Equal(twin.Count, index.Count);
            float[] query = pool.AsSpan(random.Next(400) * D, D).ToArray();
            foreach (Func<Item, bool>? matches in (Func<Item, bool>?[])[null, item => item.Price < 3])
            {
                Neighbor[] scan = [.. index.Scan(query, 15, matches)];
                Assert.Equal(scan, index.Search(query, 15, int.MaxValue, matches, Token));
                Assert.Equal(scan, scan.OrderByDescending(n => n.Score).ThenBy(n => n.Item));
                double[] exact = [.. twin.Where(t => matches is null || t.Value.Price < 3).Select(t => Cosine(query, t.Value.Vector)).OrderDescending().Take(15)];
                Assert.Equal(exact.Length, scan.Length);
                Assert.All(exact.Zip(scan), pair => Assert.Equal(pair.First, pair.Second.Score, 1e-5));
            }
        }
        Assert.All(twin, t => Assert.True(index.TryGet(t.Key, out StoredItem row) && row.Vector.Span.SequenceEqual(t.Value.Vector) && row.Fields.Price == t.Value.Price));
    }

    [Fact]
    public void A_filter_that_few_items_pass_is_answered_from_further_cells()
    {
        IvfIndex index = Clustered(4_000, out float[] vectors);
        Func<Item, bool> rare = item => item.Id.Value.EndsWith("77", StringComparison.Ordinal);
        Assert.Equal(10, index.Search(vectors.AsSpan(0, D), 10, probes: 1, rare, Token).Count);
        Assert.Equal(40, index.Search(vectors.AsSpan(0, D), 1_000, probes: 1, rare, Token).Count);
    }

    [Fact]
    public void A_quarter_of_the_cells_finds_most_of_the_nearest_on_clustered_vectors()
    {
        IvfIndex index = Clustered(6_000, out float[] vectors);
        Assert.Equal(128, index.Cells);
        double found = 0;
        for (int q = 6_000; q < 6_100; q++)
        {
            ReadOnlySpan<float> query = vectors.AsSpan(q * D, D);
            HashSet<ItemId> exact = [.. index.Scan(query, 10, null).Select(n => n.Item)];
            found += index.Search(query, 10, 32, null, Token).Count(n => exact.Contains(n.Item)) / 1000.0;
        }
        Assert.True(found >= 0.9, $"recall@10 {found:F3}");
    }

    [Fact]
    public void A_cancelled_build_leaves_the_index_as_it_was()
    {
        IvfIndex index = Clustered(2_000, out float[] vectors);
        Neighbor[] before = [.. index.Search(vectors.AsSpan(0, D), 20, 3, null, Token)];
        index.Upsert(new Item("new"), vectors.AsSpan(0, D));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => index.Build(cancelled.Token));
        index.Remove("new");
        Assert.Equal(before, index.Search(vectors.AsSpan(0, D), 20, 3, null, Token));
    }

    [Fact]
    public void A_saved_index_answers_as_the_one_that_was_saved()
    {
        IvfIndex index = Clustered(2_000, out float[] vectors);
        index.Remove("P5");
        index.Upsert(new Item("late"), vectors.AsSpan(50 * D, D));
        byte[] file = Save(index, revision: 77);

        IvfIndex loaded = Load(file, id => id == "P6" ? null : new Item(id), out long revision);

        Assert.Equal((77L, index.Count - 1, index.Cells), (revision, loaded.Count, loaded.Cells));
        index.Remove("P6");
        Assert.Equal(index.Search(vectors.AsSpan(0, D), 50, 4, null, Token), loaded.Search(vectors.AsSpan(0, D), 50, 4, null, Token));
        Assert.Equal(file.Length, Save(Load(file, id => new Item(id), out _), 77).Length);
    }

    [Fact]
    public void A_file_that_is_cut_short_or_has_a_flipped_bit_is_refused()
    {
        var index = new IvfIndex(4, new IvfOptions { Cells = 2 });
        float[] vectors = ClusteredVectors.Generate(70, 4, 2, 1);
        for (int i = 0; i < 70; i++)
            index.Upsert(new Item($"P{i}"), vectors.AsSpan(i * 4, 4));
        index.Build(Token);
        byte[] file = Save(index, 1);
        Assert.Equal(70, Load(file, id => new Item(id), out _).Count);

        for (int length = 0; length < file.Length; length++)
            Assert.Throws<InvalidDataException>(() => Load(file[..length], id => new Item(id), out _));
        Assert.Throws<InvalidDataException>(() => Load([.. file, 0], id => new Item(id), out _));
        var random = new Random(9);
        for (int round = 0; round < 1_000; round++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Throws<InvalidDataException>(() => Load(damaged, id => new Item(id), out _));
        }
    }

    [Fact]
    public void Cells_are_fewer_where_there_is_little_to_put_in_them()
    {
        Assert.Equal(0, new IvfIndex(D, new IvfOptions()).Cells);
        Assert.Equal(3, Clustered(100, out _).Cells);
        IvfIndex root = Clustered(2_500, out _, new IvfOptions { Cells = 0 });
        Assert.Equal(50, root.Cells);
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { Cells = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new IvfOptions { Probes = 0 });
    }

    private static IvfIndex Clustered(int count, out float[] vectors, IvfOptions? options = null)
    {
        vectors = ClusteredVectors.Generate(count + 100, D, Math.Max(2, count / 50), seed: 4);
        var index = new IvfIndex(D, options ?? new IvfOptions());
        for (int i = 0; i < count; i++)
            index.Upsert(new Item($"P{i}"), vectors.AsSpan(i * D, D));
        index.Build(Token);
        return index;
    }

    private static byte[] Save(IvfIndex index, long revision)
    {
        using var stream = new MemoryStream();
        index.Save(stream, revision);
        return stream.ToArray();
    }

    private static IvfIndex Load(byte[] file, Func<ItemId, Item?> fields, out long revision)
    {
        using var stream = new MemoryStream(file);
        return IvfIndex.Load(stream, new IvfOptions(), fields, out revision);
    }

    private static double Cosine(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
