using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Tests.Behavior;

public sealed class Item2VecModelTests
{
    private static readonly Item2VecModel Compass = Model(2, ("north", [0, 2]), ("east", [3, 0]), ("south", [0, -1]), ("northeast", [1, 1]), ("zero", [0, 0]));

    [Fact]
    public void The_most_similar_come_best_first_without_the_item_itself()
    {
        IReadOnlyList<Neighbor> found = Compass.MostSimilar("north");
        Assert.Equal(["northeast", "east", "zero", "south"], found.Select(similar => similar.Item.Value));
        Assert.Equal(Math.Sqrt(0.5), found[0].Score, 1e-6);
        Assert.Equal(0, found[1].Score);
        Assert.Equal(-1, found[3].Score);
    }

    [Fact]
    public void Negative_items_push_away_and_are_left_out() =>
        Assert.Equal(["east", "south", "zero"], Compass.MostSimilar(["northeast"], ["north"], 9).Select(similar => similar.Item.Value));

    [Fact]
    public void An_item_weighs_the_same_however_long_its_vector() =>
        Assert.Equal(1, Compass.MostSimilar(["north", "east"], [], 1)[0].Score, 1e-6);

    [Fact]
    public void An_unknown_item_is_named()
    {
        KeyNotFoundException thrown = Assert.Throws<KeyNotFoundException>(() => Compass.MostSimilar(["north"], ["up"]));
        Assert.Equal(
            "'up' has no behaviour vector: it occurs in no session, or less often than MinCount 1. Ask Contains first, or train on newer events.",
            thrown.Message);
    }

    [Fact]
    public void No_items_no_direction_and_no_count_are_refused()
    {
        Refused("Similar to what? Give at least one item.", () => Compass.MostSimilar([], []));
        Refused("The items cancel each other out", () => Compass.MostSimilar(["north"], ["north"]));
        Refused("The items cancel each other out", () => Compass.MostSimilar("zero"));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Compass.MostSimilar("north", 0));
    }

    [Fact]
    public void A_query_of_another_size_or_without_direction_is_refused()
    {
        Refused("The query has 3 floats, the behaviour vectors have 2.", () => Compass.Nearest([1, 2, 3], 1));
        Assert.Throws<ArgumentException>("query", () => Compass.Nearest([0, 0], 1));
        Assert.Throws<ArgumentException>("query", () => Compass.Nearest([float.NaN, 0], 1));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => Compass.Nearest([1, 0], -1));
    }

    [Fact]
    public void Excluding_an_item_without_a_vector_changes_nothing() =>
        Assert.Equal(["east", "northeast"], Compass.Nearest([5, 0.1f], 2, ["up", "north"]).Select(similar => similar.Item.Value));

    [Fact]
    public void A_vector_is_given_as_it_was_trained()
    {
        Assert.True(Compass.TryGetVector("east", out ReadOnlyMemory<float> vector));
        Assert.Equal([3, 0], vector.ToArray());
        Assert.False(Compass.TryGetVector("up", out vector));
        Assert.True(vector.IsEmpty);
    }

    [Fact]
    public void The_space_is_told_apart_by_ids_and_vectors()
    {
        VectorSpace space = Model(2, ("a", [1, 0]), ("b", [0, 1])).Space;
        Assert.Equal(("item2vec", 2, VectorSpaceKind.Behavior), (space.Model, space.Dimension, space.Kind));
        Assert.Matches("^[0-9a-f]{64}$", space.Hash);
        Assert.Equal(space, Model(2, ("a", [1, 0]), ("b", [0, 1])).Space);
        Assert.NotEqual(space, Model(2, ("a", [1, 0]), ("c", [0, 1])).Space);
        Assert.NotEqual(space, Model(2, ("a", [1, 0]), ("b", [0, 2])).Space);
    }

    [Theory]
    [InlineData(3, 0f)]
    [InlineData(64, 0f)]
    [InlineData(100, 0f)]
    [InlineData(64, 0.999f)]   // nearly one direction: bounds tell little apart
    public void Nearest_finds_bit_for_bit_what_a_scan_of_all_floats_finds(int dimension, float likeness)
    {
        var random = new Random(dimension);
        Item2VecModel model = Model(dimension, [.. Enumerable.Range(0, 3_000).Select(i =>
        {
            float length = (float)Math.Pow(10, random.Next(-6, 7));
            return ($"i{i}", Enumerable.Range(0, dimension).Select(_ => length * (likeness + (1 - likeness) * (random.NextSingle() - 0.5f))).ToArray());
        })]);
        for (int round = 0; round < 20; round++)
        {
            float[] query = [.. Enumerable.Range(0, dimension).Select(_ => likeness + (1 - likeness) * (random.NextSingle() - 0.5f))];
            ItemId[] exclude = [.. Enumerable.Range(0, 20).Select(_ => new ItemId($"i{random.Next(3_000)}"))];

            Assert.Equal(model.NearestAmong(query, 50, model.Items.Except(exclude)), model.Nearest(query, 50, exclude));
        }
    }

    [Fact]
    public void Nearest_agrees_with_sorting_everything_for_any_vectors()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            // Whole numbers in few dimensions: many equal directions, so that ties matter.
            var random = new Random(seed);
            int n = random.Next(1, 40), d = random.Next(1, 5), count = random.Next(1, 12);
            Item2VecModel model = Model(
                d, [.. Enumerable.Range(0, n).Select(i => ($"i{i}", Enumerable.Range(0, d).Select(_ => (float)random.Next(-1, 2)).ToArray()))]);
            float[] query = [.. Enumerable.Range(0, d).Select(_ => (float)random.Next(1, 4))];
            ItemId[] exclude = [.. Enumerable.Range(0, random.Next(5)).Select(_ => new ItemId($"i{random.Next(n + 2)}"))];

            IReadOnlyList<Neighbor> found = model.Nearest(query, count, exclude);

            Neighbor[] all = [.. model.Items.Except(exclude).Select(item => new Neighbor(item, Cosine(model, item, query)))];
            Assert.True(found.Count == Math.Min(count, all.Length), $"seed {seed}: {found.Count} found");
            for (int i = 0; i < found.Count; i++)
            {
                Assert.True(Math.Abs(found[i].Score - all.Single(similar => similar.Item == found[i].Item).Score) < 1e-5, $"seed {seed}: score of {found[i]}");
                bool ordered = i == 0 || found[i - 1].Score > found[i].Score || (found[i - 1].Score == found[i].Score && found[i - 1].Item < found[i].Item);
                Assert.True(ordered, $"seed {seed}: order at {i}");
            }
            Assert.All(all.Where(similar => found.All(one => one.Item != similar.Item)), left =>
                Assert.True(left.Score <= found[^1].Score + 1e-5, $"seed {seed}: {left} was left out"));
        }
    }

    [Fact]
    public void Neighbours_and_scores_are_gensims()
    {
        Item2VecModel model = ReadWord2VecText(RepositoryFiles.Shared("golden", "gensim", "small.txt.gz"));
        using JsonDocument golden = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Shared("golden", "gensim", "small.json")));

        foreach (JsonProperty query in golden.RootElement.GetProperty("most_similar").EnumerateObject())
            AssertAre(query.Value, model.MostSimilar(query.Name));
        foreach (JsonElement query in golden.RootElement.GetProperty("positive_negative").EnumerateArray())
            AssertAre(query.GetProperty("result"), model.MostSimilar(Ids(query, "positive"), Ids(query, "negative")));

        static void AssertAre(JsonElement expected, IReadOnlyList<Neighbor> found)
        {
            Assert.Equal(expected.EnumerateArray().Select(pair => pair[0].GetString()), found.Select(similar => similar.Item.Value));
            Assert.All(expected.EnumerateArray().Zip(found), pair => Assert.Equal(pair.First[1].GetDouble(), pair.Second.Score, 1e-6));
        }
        static ItemId[] Ids(JsonElement query, string name) => [.. query.GetProperty(name).EnumerateArray().Select(id => new ItemId(id.GetString() ?? ""))];
    }

    private static float Cosine(Item2VecModel model, ItemId item, float[] query)
    {
        Assert.True(model.TryGetVector(item, out ReadOnlyMemory<float> vector));
        double dot = 0, squares = 0, querySquares = 0;
        for (int i = 0; i < query.Length; i++)
        {
            dot += (double)query[i] * vector.Span[i];
            squares += (double)vector.Span[i] * vector.Span[i];
            querySquares += (double)query[i] * query[i];
        }
        return squares == 0 ? 0 : (float)(dot / Math.Sqrt(squares * querySquares));
    }

    private static void Refused(string reason, Func<object> call) =>
        Assert.StartsWith(reason, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);

    private static Item2VecModel Model(int dimension, params (string Item, float[] Vector)[] rows) => new(
        new Item2VecOptions { VectorSize = dimension },
        [.. rows.Select(row => new ItemId(row.Item))], [.. rows.Select(_ => 1L)], rows.SelectMany(row => row.Vector).ToArray(), pairs: 0);

    private static Item2VecModel ReadWord2VecText(string path)
    {
        using var lines = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        int[] size = [.. lines.ReadLine()!.Split(' ').Select(int.Parse)];   // ! : the file is known
        var rows = new (string, float[])[size[0]];
        for (int row = 0; row < rows.Length; row++)
        {
            string[] fields = lines.ReadLine()!.Split(' ');
            rows[row] = (fields[0], [.. fields[1..].Select(number => float.Parse(number, CultureInfo.InvariantCulture))]);
        }
        return Model(size[1], rows);
    }
}
