using System.Text.Json;
using Hybrid.Behavior;
using Hybrid.Behavior.Words;

namespace Hybrid.Tests.Behavior.Words;

public sealed class WordVectorsTests
{
    /// <summary>East, north, north-east, west, of several lengths.</summary>
    private static readonly WordVectors Compass = new(["east", "north", "northeast", "west"], new float[] { 2, 0, 0, 3, 1, 1, -5, 0 }, 2);

    [Fact]
    public void King_minus_man_plus_woman_is_queen()
    {
        WordVectors glove = Shared.Glove();
        JsonElement golden = Shared.Json("glove.json");

        IReadOnlyList<SimilarKey> found = glove.Analogy("man", "king", "woman", 5);

        JsonElement[] expected = [.. golden.GetProperty("king_man_woman").EnumerateArray()];
        Assert.Equal(expected.Select(one => one[0].GetString()), found.Select(one => one.Key));
        Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second[1].GetSingle(), pair.First.Score, 2e-6f));
        Assert.Equal(found, glove.MostSimilar(["king", "woman"], ["man"], 5));
        Assert.Equal("queen", found[0].Key);
    }

    [Fact]
    public void Neighbours_are_gensims()
    {
        var vectors = WordVectors.Load(RepositoryFiles.Shared("golden", "gensim", "small.bin"), cancellationToken: Token);
        JsonElement golden = Shared.Json("small.json");
        Assert.Equal(golden.GetProperty("first").EnumerateArray().Select(key => key.GetString()), vectors.Keys.Take(10));
        Assert.Equal((golden.GetProperty("words").GetInt32(), golden.GetProperty("size").GetInt32()), (vectors.Keys.Count, vectors.Dimension));
        foreach (JsonProperty item in golden.GetProperty("most_similar").EnumerateObject())
        {
            IReadOnlyList<SimilarKey> found = vectors.MostSimilar(item.Name, item.Value.GetArrayLength());
            Assert.All(item.Value.EnumerateArray().Zip(found), pair =>
            {
                Assert.Equal(pair.First[0].GetString(), pair.Second.Key);
                Assert.Equal(pair.First[1].GetSingle(), pair.Second.Score, 2e-6f);
            });
        }
    }

    [Fact]
    public void Equal_scores_come_by_key_and_what_was_given_is_left_out()
    {
        var vectors = new WordVectors(["b", "a", "é", "z", "away"], new float[] { 1, 0, 1, 0, 3, 0, 1, 0, -1, 0 }, 2);
        Assert.Equal([new("a", 1), new("b", 1), new("é", 1), new("away", -1)], vectors.MostSimilar("z"));
        Assert.Equal(["a", "b"], vectors.MostSimilar("z", 2).Select(one => one.Key));
        Assert.Equal([new("b", 1)], vectors.MostSimilar(["z"], [], first: 1));
    }

    [Fact]
    public void Weights_and_vectors_add_up_as_they_are_given()
    {
        // Keys count at length 1: 2·east + 1·north, from which northeast is at acos(3/√10), far from west.
        IReadOnlyList<SimilarKey> found = Compass.MostSimilar([new("east", 2), "north"], []);
        Assert.Equal(["northeast", "west"], found.Select(one => one.Key));
        Assert.Equal(3 / Math.Sqrt(10), found[0].Score, 1e-6);
        // A vector counts as it is, and is no key that is left out; a negative weight points away.
        Assert.Equal(["north", "northeast"], Compass.MostSimilar([new(new float[] { 0, 9 })], [], 2).Select(one => one.Key));
        Assert.Equal("west", Compass.MostSimilar([], [new VectorTerm("east", 0.5)], 1)[0].Key);
        Assert.Equal(Compass.MostSimilar([], ["east"]), Compass.MostSimilar([new("east", -1)], []));
    }

    [Fact]
    public void The_odd_one_out_has_the_smallest_cosine_with_the_mean()
    {
        Assert.Equal("west", Compass.DoesntMatch(["east", "northeast", "west", "north"]).Key);
        Assert.Equal("east", new WordVectors(["west", "east"], new float[] { 1, 0, -1, 0 }, 2).DoesntMatch(["west", "east", "west"]).Key);   // a tie
        Assert.Throws<ArgumentException>(() => Compass.DoesntMatch(["east", "east"]));
        Assert.Equal("cat", Shared.Glove().DoesntMatch(["france", "germany", "cat", "italy"]).Key);
    }

    [Fact]
    public void Similarity_is_the_cosine_and_zeros_have_none()
    {
        Assert.Equal(Math.Sqrt(0.5), Compass.Similarity("east", "northeast"), 1e-6);
        Assert.Equal(-1, Compass.Similarity("east", "west"));
        Assert.Equal(0, new WordVectors(["zero", "one"], new float[] { 0, 0, 1, 0 }, 2).Similarity("zero", "one"));
    }

    [Fact]
    public void An_unknown_key_names_the_nearest_spellings()
    {
        var thrown = Assert.Throws<UnknownKeyException>(() => Compass.MostSimilar("Nort"));
        Assert.Equal("'Nort' has no vector. Is north meant?", thrown.Message);
        thrown = Assert.Throws<UnknownKeyException>(() => Compass.Similarity("east", "xyzzyx"));
        Assert.Equal("'xyzzyx' has no vector. No key is spelt like it.", thrown.Message);
        thrown = Assert.Throws<UnknownKeyException>(() => Compass.DoesntMatch(["eest", "west"]));
        Assert.Equal(("eest", "'eest' has no vector. Is east or west meant?"), (thrown.Key, thrown.Message));
    }

    [Fact]
    public void What_cannot_be_asked_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Compass.MostSimilar([], []));
        Assert.Contains("cancels out", Assert.Throws<ArgumentException>(() => Compass.MostSimilar(["east", "west"], [])).Message, StringComparison.Ordinal);
        Assert.Contains("3 floats", Assert.Throws<ArgumentException>(() => Compass.MostSimilar([new(new float[3])], [])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Compass.MostSimilar([new(new[] { float.NaN, 0 })], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorTerm("east", double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Compass.MostSimilar("east", 0));
        Assert.Throws<ArgumentException>(() => new WordVectors(["a", "a"], new float[2], 1));
        Assert.Throws<ArgumentException>(() => new WordVectors(["a", ""], new float[2], 1));
        Assert.Throws<ArgumentException>(() => new WordVectors(["a", "b"], new float[3], 1));
        Assert.Throws<ArgumentException>(() => new WordVectors([], ReadOnlyMemory<float>.Empty, 1));
        Assert.Throws<ArgumentException>(() => new WordVectors(["a"], new[] { float.PositiveInfinity }, 1));
    }

    [Fact]
    public void The_items_of_a_model_are_keys()
    {
        ItemSequences sessions = ItemSequences.From([["P100", "P203"], ["P100", "P305"], ["P203", "P305", "P100"]]);
        Item2VecModel model = Item2Vec.Train(sessions, new Item2VecOptions { VectorSize = 8, Workers = 1 }, cancellationToken: Token);
        var vectors = WordVectors.Of(model);
        Assert.Equal(model.MostSimilar(["P100"], ["P203"]).Select(one => (one.Item.Value, one.Score)),
            vectors.MostSimilar(["P100"], ["P203"]).Select(one => (one.Key, one.Score)));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
