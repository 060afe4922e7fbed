using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Vectors;

namespace Hybrid.Tests.Behavior;

public sealed class Item2VecAlignmentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_that_was_turned_like_another_keeps_every_order_and_comes_near_to_it()
    {
        Item2VecModel earlier = Train(seed: 1), later = Train(seed: 2);

        (Item2VecModel turned, LikenessReport report) = later.Like(earlier, Token);

        // Two trainings lie in any directions; turned, the vectors of the same items lie side by side.
        Assert.InRange(MedianCosine(later, earlier), -0.5, 0.5);
        Assert.Equal(MedianCosine(turned, earlier), report.MedianCosine, 1e-6);
        Assert.InRange(report.MedianCosine, 0.7, 1);
        Assert.Equal((earlier.Space, 300), (report.Like, report.Alignment.Shared));
        Assert.All(later.Items, item =>
        {
            IReadOnlyList<Neighbor> before = later.MostSimilar(item, 299);
            Dictionary<ItemId, float> after = turned.MostSimilar(item, 299).ToDictionary(near => near.Item, near => near.Score);
            Assert.All(before, near => Assert.Equal(near.Score, after[near.Item], 2e-6f));
            // What stands apart by more than rounding stands in the same order.
            Assert.All(before.Zip(before.Skip(1)), pair =>
                Assert.True(pair.First.Score - pair.Second.Score < 4e-6f || after[pair.First.Item] > after[pair.Second.Item]));
        });
    }

    [Fact]
    public void A_turned_model_names_both_parents_also_from_its_file()
    {
        Item2VecModel earlier = Train(seed: 1), later = Train(seed: 2), turned = later.Like(earlier, Token).Model;
        Assert.Equal($"item2vec@{later.Space.Hash[..16]} in item2vec@{earlier.Space.Hash[..16]}", turned.Space.Model);
        Assert.NotEqual(later.Space, turned.Space);
        turned.Save(_folder.File("turned.bin"));
        Assert.Equal(turned.Space, Item2VecModel.Load(_folder.File("turned.bin")).Space);
    }

    [Fact]
    public void What_shares_too_little_or_has_other_lengths_is_not_turned()
    {
        Item2VecModel model = Train(seed: 1);
        Assert.Throws<ArgumentException>(() => model.Like(Train(seed: 1, size: 8), Token));
        var few = Assert.Throws<AlignmentException>(() => model.Like(Train(seed: 1, clusters: 5), Token));
        Assert.Contains("share 100 vectors", few.Message, StringComparison.Ordinal);
        var none = Assert.Throws<AlignmentException>(() => model.Like(Train(seed: 1, prefix: "other"), Token));
        Assert.Contains("share no item", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_vectors_are_led_to_where_behaviour_is_also_from_the_file()
    {
        // A text vector says which cluster an item is of, and what nobody touched yet has one too.
        Item2VecModel model = Train(seed: 1);
        var texts = new VectorSpace("texts", "cc33", 20, VectorSpaceKind.Text, "{title}");
        float[] vectors = [.. model.Items.SelectMany(TextOf)];

        (Item2VecModel mapped, AlignmentReport report) = model.MappedFrom(texts, model.Items, vectors, Token);

        Assert.True(report.Agreement > 5 * report.Chance, report.ToString());
        Assert.Equal(model.Space, mapped.Space);
        mapped.Save(_folder.File("mapped.bin"));
        SpaceMap map = Item2VecModel.Load(_folder.File("mapped.bin")).FromText!;   // ! : it was saved with one
        Assert.Equal((texts, model.Space, mapped.FromText!.Space), (map.Source, map.Target, map.Space));   // ! : likewise
        float[] led = new float[model.Dimension];
        map.Apply(TextOf("c3-i999"), led);
        Assert.All(model.Nearest(led, 10), near => Assert.StartsWith("c3-", near.Item.Value, StringComparison.Ordinal));
        Assert.Throws<AlignmentException>(() => model.MappedFrom(texts, ["nobody"], new float[20], Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static double MedianCosine(Item2VecModel a, Item2VecModel b) => a.Items.Select(item =>
    {
        a.TryGetVector(item, out ReadOnlyMemory<float> ours);
        b.TryGetVector(item, out ReadOnlyMemory<float> theirs);
        return (double)System.Numerics.Tensors.TensorPrimitives.CosineSimilarity(ours.Span, theirs.Span);
    }).Order().ElementAt(a.Items.Count / 2);

    /// <summary>An axis a cluster, and a little that is the item's own.</summary>
    private static float[] TextOf(ItemId item)
    {
        string[] parts = item.Value.Split("-i");
        var vector = new float[20];
        vector[int.Parse(parts[0].AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)] = 1;
        vector[19] = 0.1f * int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) % 1;
        return vector;
    }

    /// <summary>Sessions of one cluster of twenty items each, "c3-i17".</summary>
    private static Item2VecModel Train(int seed, int size = 16, int clusters = 15, string prefix = "c")
    {
        var random = new Random(7);
        ItemSequences sequences = ItemSequences.From(Enumerable.Range(0, 3_000).Select(_ =>
        {
            int cluster = random.Next(clusters);
            return Enumerable.Range(0, 8).Select(_ => new ItemId($"{prefix}{cluster}-i{random.Next(20)}")).ToArray();
        }));
        return Item2Vec.Train(sequences, new Item2VecOptions { Workers = 1, Epochs = 3, VectorSize = size, Seed = seed, Sample = 0 }, cancellationToken: Token);
    }
}
