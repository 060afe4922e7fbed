using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Behavior;

public sealed class ItemSequencesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Lists_are_packed_as_they_are()
    {
        ItemSequences sequences = ItemSequences.From([["b", "a", "b", "b"], [], ["c"]]);

        Assert.Equal(["b", "a", "c"], sequences.Items.Select(item => item.Value));
        Assert.Equal(3, sequences.Count);
        Assert.Equal(5, sequences.Occurrences);
        Assert.Equal([0, 1, 0, 0], sequences[0].ToArray());
        Assert.Empty(sequences[1].ToArray());
        Assert.Equal([2], sequences[2].ToArray());
    }

    [Fact]
    public void Sessions_of_fewer_than_two_items_teach_nothing_and_are_left_out()
    {
        var sequences = ItemSequences.From([new Session("u", null, ["a"]), new Session("u", null, ["b", "c"]), new Session("v", null, [])]);

        Assert.Equal(["b", "c"], sequences.Items.Select(item => item.Value));
        Assert.Equal(1, sequences.Count);
        Assert.Equal([0, 1], sequences[0].ToArray());
    }

    [Fact]
    public void A_missing_item_is_refused_with_the_number_of_its_list()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => ItemSequences.From([["a"], ["b", default(ItemId)]]));
        Assert.StartsWith("Sequence 2 holds an item without an id.", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(1_000)]
    public void More_than_memory_may_hold_is_kept_in_a_file_and_read_the_same(int mostInMemory)
    {
        using var folder = new TemporaryFolder();
        ItemId[][] lists = [["a", "b", "c"], ["b"], [], ["c", "d", "a", "b", "d"], ["e", "a"]];

        var sequences = ItemSequences.From(lists, folder.Path, mostInMemory);

        Assert.Equal(11, sequences.Occurrences);
        Assert.Equal(lists, Enumerable.Range(0, sequences.Count).Select(s => sequences[s].ToArray().Select(place => sequences.Items[place]).ToArray()));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_model_of_sequences_in_a_file_is_that_of_sequences_in_memory()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(3);
        ItemId[][] lists = [.. Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, 8).Select(_ => new ItemId($"i{random.Next(30)}")).ToArray())];
        var options = new Item2VecOptions { VectorSize = 8, Workers = 1, Sample = 0 };

        Item2VecModel inFile = Item2Vec.Train(ItemSequences.From(lists, folder.Path, mostInMemory: 100), options, cancellationToken: Token);
        Item2VecModel inMemory = Item2Vec.Train(ItemSequences.From(lists), options, cancellationToken: Token);

        Assert.Equal(inMemory.Space, inFile.Space);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        string missing = folder.File("missing");
        Item2VecException refused = Assert.Throws<Item2VecException>(() => ItemSequences.From([["a", "b", "c"], ["a", "b"]], missing, mostInMemory: 2));
        Assert.StartsWith($"{missing}: training failed: ", refused.Message, StringComparison.Ordinal);
        Assert.EndsWith("make room, or make the folder writable.", refused.Message, StringComparison.Ordinal);
    }
}
