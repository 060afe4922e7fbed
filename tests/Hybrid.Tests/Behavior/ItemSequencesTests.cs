using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Behavior;

public sealed class ItemSequencesTests
{
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
}
