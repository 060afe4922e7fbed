using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Behavior;

public sealed class Item2VecTests
{
    [Fact]
    public void The_seeds_sessions_train_with_the_seeds_knobs()
    {
        ItemSequences sessions = ItemSequences.From([["P100", "P203", "P501"], ["P501", "P100", "P305"], ["P203", "P305", "P100"]]);

        // Sample off: of so few items its default keeps one occurrence in sixteen, and so hardly ever two of a session.
        Item2VecModel model = Train(sessions, new Item2VecOptions { VectorSize = 64, Window = 3, MinCount = 1, Workers = 4, Epochs = 20, Sample = 0 });

        Assert.Equal(["P100", "P203", "P305", "P501"], model.Items.Select(item => item.Value));
        Assert.Equal([3L, 2, 2, 2], model.Counts);
        Assert.Equal(64, model.Dimension);
        Assert.Equal(["P203", "P305", "P501"], model.MostSimilar("P100", 3).Select(similar => similar.Item.Value).Order());
    }

    [Fact]
    public void Playlists_train_with_the_playlists_knobs()
    {
        ItemSequences playlists = Clusters(seed: 4, clusters: 2, itemsPerCluster: 10, sequences: 200, length: 15);
        Item2VecModel model = Item2Vec.Train(playlists, new Item2VecOptions { VectorSize = 32, Window = 20, Sample = 0 }, cancellationToken: Token);
        Assert.Equal(32, model.Dimension);
        Assert.Equal(9, model.MostSimilar("c0-i0", 9).Count(similar => similar.Item.Value.StartsWith("c0-", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Items_that_share_sessions_become_neighbours(int workers)
    {
        ItemSequences sequences = Clusters(seed: 7, clusters: 10, itemsPerCluster: 20, sequences: 4_000, length: 8);
        Item2VecModel model = Item2Vec.Train(sequences, new Item2VecOptions { Workers = workers, Epochs = 5 }, cancellationToken: Token);

        int right = 0;
        foreach (ItemId item in model.Items)
            right += model.MostSimilar(item, 10).Count(similar => similar.Item.Value[..2] == item.Value[..2]);

        Assert.InRange(right / (10.0 * model.Items.Count), 0.99, 1);
    }

    [Fact]
    public void One_worker_gives_bit_equal_vectors_for_equal_input_and_seed()
    {
        Item2VecOptions options = new() { Workers = 1, Epochs = 2 };
        Item2VecModel first = Item2Vec.Train(Clusters(seed: 7, 5, 20, 3_000, 8), options, cancellationToken: Token);
        Item2VecModel second = Item2Vec.Train(Clusters(seed: 7, 5, 20, 3_000, 8), options, cancellationToken: Token);
        Item2VecModel other = Item2Vec.Train(Clusters(seed: 7, 5, 20, 3_000, 8), options with { Seed = 2 }, cancellationToken: Token);

        Assert.Equal(first.Vectors.ToArray(), second.Vectors.ToArray());
        Assert.Equal(first.Pairs, second.Pairs);
        Assert.Equal(first.Space, second.Space);
        Assert.NotEqual(first.Space, other.Space);
    }

    [Fact]
    public void Rare_items_get_no_vector_and_their_neighbours_move_together()
    {
        // Without "rare" the two others stand side by side in reach of window 1.
        ItemId[][] lists = [.. Enumerable.Range(0, 50).Select(i => new ItemId[] { "a", $"rare{i}", "b" })];
        Item2VecModel model = Train(ItemSequences.From(lists), new Item2VecOptions { MinCount = 2, Window = 1, Sample = 0, Epochs = 1 });
        Assert.Equal(["a", "b"], model.Items.Select(item => item.Value));
        Assert.Equal(100, model.Pairs);
        Assert.False(model.Contains("rare0"));
    }

    [Fact]
    public void A_sequence_longer_than_a_batch_is_trained_whole()
    {
        ItemId[] items = [.. Enumerable.Range(0, 25_000).Select(i => new ItemId($"i{i % 50}"))];
        Item2VecModel model = Item2Vec.Train(ItemSequences.From([items]), new Item2VecOptions { Window = 1, Sample = 0, Epochs = 1 }, cancellationToken: Token);
        Assert.Equal(2 * (25_000 - 3), model.Pairs);   // 10,000 + 10,000 + 5,000
    }

    [Fact]
    public void Progress_ends_at_everything_done_with_the_models_pairs()
    {
        var reports = new List<Item2VecProgress>();
        ItemSequences sequences = Clusters(seed: 7, 5, 20, 3_000, 8);
        Item2VecModel model = Item2Vec.Train(sequences, new Item2VecOptions { Workers = 2, Epochs = 3 }, new Reports(reports.Add), Token);

        Assert.Equal(9, reports.Count);   // 24,000 occurrences are three batches an epoch
        Assert.Equal(reports.Order(Comparer<Item2VecProgress>.Create((a, b) => a.Fraction.CompareTo(b.Fraction))), reports);
        Assert.Equal((3, 3, 1.0, model.Pairs), (reports[^1].Epoch, reports[^1].Epochs, reports[^1].Fraction, reports[^1].Pairs));
        Assert.InRange(reports[^1].PairsPerSecond, 1, double.MaxValue);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Cancelling_stops_before_the_next_batch(int workers)
    {
        using var stop = new CancellationTokenSource();
        int reports = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Item2Vec.Train(
            Clusters(seed: 7, 5, 20, 3_000, 8),
            new Item2VecOptions { Workers = workers, Epochs = 1_000 },
            new Reports(_ => { reports++; stop.Cancel(); }),
            stop.Token));
        Assert.InRange(reports, 1, workers);
    }

    [Fact]
    public void Nothing_to_learn_from_says_what_is_missing()
    {
        Says("there are no sessions of two or more items. Import more events, or allow a longer SessionOptions.Gap.", [], minCount: 1);
        Says("none of the 2 items occurs 3 times. Lower MinCount or import more events.", [["a", "b"], ["a", "b"]], minCount: 3);
        Says(
            "none of the 2 sessions has two items that occur 2 times or more. Lower MinCount or import more events.", [["a", "b"], ["a", "c"]], minCount: 2);
        Says("none of the 1 sessions has two items that occur 1 times or more. Lower MinCount or import more events.", [["a"]], minCount: 1);

        static void Says(string reason, ItemId[][] lists, int minCount)
        {
            var thrown = Assert.Throws<NothingToLearnException>(() => Train(ItemSequences.From(lists), new Item2VecOptions { MinCount = minCount }));
            Assert.Equal($"item2vec: training failed: {reason}", thrown.Message);
        }
    }

    [Fact]
    public void Sessions_that_were_thinned_out_in_every_epoch_are_nothing_to_learn_from()
    {
        ItemSequences sequences = ItemSequences.From([["a", "b"]]);
        // Each item stays with probability √(1e-12 / 0.5) + …: one in a million.
        var thrown = Assert.Throws<NothingToLearnException>(() => Train(sequences, new Item2VecOptions { Sample = 1e-12 }));
        Assert.Equal(
            "item2vec: training failed: Sample 1E-12 left no session two items in any of 20 epochs. Set Sample to 0, or import more events.", thrown.Message);
        Assert.Equal(2 * 20, Train(sequences, new Item2VecOptions { Sample = 0 }).Pairs);
    }

    [Fact]
    public void A_learning_rate_that_would_rise_is_refused()
    {
        var thrown = Assert.Throws<ArgumentException>(() => Train(ItemSequences.From([["a", "b"]]), new Item2VecOptions { Alpha = 0.01, MinAlpha = 0.02 }));
        Assert.StartsWith("MinAlpha 0.02 is above Alpha 0.01: the learning rate falls from Alpha to MinAlpha.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Vectors_that_became_infinite_are_refused()
    {
        ItemSequences sequences = Clusters(seed: 7, clusters: 1, itemsPerCluster: 20, sequences: 500, length: 20);
        Item2VecException thrown = Assert.Throws<Item2VecException>(() => Item2Vec.Train(
            sequences, new Item2VecOptions { Alpha = 1, MinAlpha = 1, Negative = 1_000, Sample = 0, Workers = 1 }, cancellationToken: Token));
        Assert.Matches("^item2vec: training failed: the vector of 'c0-i[0-9]+' became NaN or infinite in epoch [0-9]+. Lower Alpha, now 1.$", thrown.Message);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Item2VecModel Train(ItemSequences sequences, Item2VecOptions options) => Item2Vec.Train(sequences, options, cancellationToken: Token);

    /// <summary>Sequences of one cluster each, "c3-i17", so that the right neighbours are known.</summary>
    private static ItemSequences Clusters(int seed, int clusters, int itemsPerCluster, int sequences, int length)
    {
        var random = new Random(seed);
        return ItemSequences.From(Enumerable.Range(0, sequences).Select(_ =>
        {
            int cluster = random.Next(clusters);
            return Enumerable.Range(0, length).Select(_ => new ItemId($"c{cluster}-i{random.Next(itemsPerCluster)}")).ToArray();
        }));
    }

    /// <summary>Progress without a synchronization context: called at once.</summary>
    private sealed class Reports(Action<Item2VecProgress> report) : IProgress<Item2VecProgress>
    {
        public void Report(Item2VecProgress value) => report(value);
    }
}
