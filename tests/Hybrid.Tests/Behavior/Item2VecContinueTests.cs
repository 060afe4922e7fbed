using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Behavior;

/// <summary>A model that learns on from new sessions alone.</summary>
public sealed class Item2VecContinueTests : IDisposable
{
    private const int Clusters = 15, Size = 20;

    private static readonly Item2VecOptions Options = new() { Workers = 1, Epochs = 5, VectorSize = 16, Sample = 0 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Items_that_are_held_keep_their_vectors_to_the_bit_and_new_ones_find_their_place_among_them(int workers)
    {
        Item2VecModel earlier = Item2Vec.Train(Sessions(3_000, newItems: 0), Options, cancellationToken: Token);

        (Item2VecModel model, ContinuedReport report) =
            Item2Vec.Continue(earlier, Sessions(3_000, newItems: 2), Options with { Workers = workers }, cancellationToken: Token);

        Assert.All(earlier.Items, item =>
        {
            model.TryGetVector(item, out ReadOnlyMemory<float> now);
            earlier.TryGetVector(item, out ReadOnlyMemory<float> before);
            Assert.Equal(before.ToArray(), now.ToArray());
        });
        Assert.Equal((earlier.Space, 2 * Clusters, 1d), (report.From, report.NewItems, report.Overlap));
        Assert.Equal(1, report.MedianCosine, 1e-6);
        Assert.Equal($"item2vec@{earlier.Space.Hash[..16]} grown", model.Space.Model);
        // The three nearest of nearly every new item are of its own cluster; by chance a fifteenth would be.
        IEnumerable<ItemId> fresh = model.Items.Where(item => !earlier.Contains(item));
        double own = fresh.Average(item => model.MostSimilar(item, 3).Count(near => ClusterOf(near.Item) == ClusterOf(item)) / 3d);
        Assert.InRange(own, 0.9, 1);
    }

    [Fact]
    public void Items_that_may_move_a_little_keep_most_of_their_neighbors()
    {
        Item2VecModel earlier = Item2Vec.Train(Sessions(3_000, newItems: 0), Options, cancellationToken: Token);
        ItemSequences later = Sessions(1_000, newItems: 2);

        (Item2VecModel model, ContinuedReport little) = Item2Vec.Continue(earlier, later, move: 0.05, cancellationToken: Token);
        ContinuedReport freely = Item2Vec.Continue(earlier, later, move: 1, cancellationToken: Token).Report;

        Assert.Equal($"item2vec@{earlier.Space.Hash[..16]} moved", model.Space.Model);
        Assert.True(little.MedianCosine is > 0.95 and < 1 && little.MedianCosine > freely.MedianCosine, $"{little}, {freely}");
        Assert.True(little.Overlap is > 0.8 and < 1 && little.Overlap > freely.Overlap, $"{little}, {freely}");
    }

    [Fact]
    public void A_training_goes_on_from_its_file_as_from_memory_again_and_again()
    {
        string path = _folder.File("model.bin");
        Item2VecModel first = Item2Vec.Train(Sessions(1_000, newItems: 0), Options, cancellationToken: Token);
        first.Save(path);
        Assert.False(Item2VecModel.Load(path).CanContinue);
        Item2VecModel second = Continued(first), read = Continued(Item2VecModel.Load(path, toContinue: true));
        Assert.Equal(second.Space, read.Space);
        Assert.Equal(first.Counts.Sum() + 8_000, second.Counts.Sum());

        second.Save(path);
        Assert.Equal(Continued(second).Space, Continued(Item2VecModel.Load(path, toContinue: true)).Space);

        static Item2VecModel Continued(Item2VecModel model) => Item2Vec.Continue(model, Sessions(1_000, newItems: 2), cancellationToken: Token).Model;
    }

    [Fact]
    public void What_cannot_go_on_says_why()
    {
        string path = _folder.File("model.bin");
        Item2VecModel model = Item2Vec.Train(Sessions(200, newItems: 0), Options, cancellationToken: Token);
        model.Save(path);
        ItemSequences later = Sessions(10, newItems: 1);
        var loaded = Assert.Throws<ArgumentException>(() => Item2Vec.Continue(Item2VecModel.Load(path), later, cancellationToken: Token));
        Assert.Contains("toContinue", loaded.Message, StringComparison.Ordinal);
        var shorter = Assert.Throws<ArgumentException>(() => Item2Vec.Continue(model, later, Options with { VectorSize = 8 }, cancellationToken: Token));
        Assert.Contains("16 floats", shorter.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("move", () => Item2Vec.Continue(model, later, move: double.NaN, cancellationToken: Token));
        Assert.Throws<ArgumentOutOfRangeException>("move", () => Item2Vec.Continue(model, later, move: 1.5, cancellationToken: Token));
        Assert.Throws<NothingToLearnException>(() => Item2Vec.Continue(model, ItemSequences.From([["A", "A"]]), cancellationToken: Token));
        Assert.Throws<OperationCanceledException>(() => Item2Vec.Continue(model, later, cancellationToken: new CancellationToken(canceled: true)));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int ClusterOf(ItemId item) => int.Parse(item.Value.Split('-')[0].AsSpan(1), CultureInfo.InvariantCulture);

    /// <summary>Sessions of eight items of one cluster, "c3-i17"; the last of a cluster are new.</summary>
    private static ItemSequences Sessions(int count, int newItems)
    {
        var random = new Random(7);
        return ItemSequences.From(Enumerable.Range(0, count).Select(_ =>
        {
            int cluster = random.Next(Clusters);
            return Enumerable.Range(0, 8).Select(_ => new ItemId($"c{cluster}-i{random.Next(Size + newItems)}")).ToArray();
        }));
    }
}
