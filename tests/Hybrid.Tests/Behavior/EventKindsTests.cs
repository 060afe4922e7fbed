using Hybrid.Behavior;

namespace Hybrid.Tests.Behavior;

public sealed class EventKindsTests
{
    [Theory]
    [InlineData("view", 1)]
    [InlineData("", 1)]
    [InlineData("never heard of", 1)]
    [InlineData("addtocart", 2)]
    [InlineData("add_to_cart", 2)]
    [InlineData("Add to cart", 2)]
    [InlineData("addToCart", 2)]
    [InlineData("PURCHASE", 3)]
    [InlineData("transaction", 3)]
    [InlineData("remove_from_cart", 0)]
    [InlineData("removeFromCart", 0)]
    [InlineData("thumbs-down", 0)]
    [InlineData("Refund", 0)]
    public void Common_spellings_have_their_weight_and_dislikes_have_none(string kind, float weight)
    {
        KindMeaning meaning = EventKinds.Default.MeaningOf(kind);
        Assert.Equal(weight, meaning.Weight);
        Assert.Equal(weight == 0, meaning.Opinion == Opinion.Disliked);
    }

    [Theory]
    [InlineData("4.5", 1)]
    [InlineData("3.5", 1)]
    [InlineData("3", 0)]
    [InlineData("-1", 0)]
    public void With_a_least_rating_numbers_below_it_are_dislikes(string kind, float weight)
    {
        KindMeaning rated = (EventKinds.Default with { MinRating = 3.5 }).MeaningOf(kind);
        Assert.Equal(new KindMeaning(weight, weight == 0 ? Opinion.Disliked : Opinion.Liked), rated);
        Assert.Equal(new KindMeaning(1, Opinion.None), EventKinds.Default.MeaningOf(kind));
    }

    [Fact]
    public void Parsed_kinds_change_and_add_to_the_table()
    {
        EventKinds kinds = EventKinds.Parse("view=0.5, Save=1.5, skip=-, return=1, Purchase=-");
        Assert.Equal(0.5f, kinds.MeaningOf("view").Weight);
        Assert.Equal(1.5f, kinds.MeaningOf("save").Weight);
        Assert.Equal(Opinion.Disliked, kinds.MeaningOf("SKIP").Opinion);
        Assert.Equal(new KindMeaning(1, Opinion.None), kinds.MeaningOf("return"));
        Assert.Equal(Opinion.Disliked, kinds.MeaningOf("purchase").Opinion);
        Assert.Equal(2, kinds.MeaningOf("cart").Weight);
    }

    [Theory]
    [InlineData("view", "'view' is not kind=weight: write it like purchase=3, or skip=- for a dislike.")]
    [InlineData("view=1=2", "'view=1=2' is not kind=weight: write it like purchase=3, or skip=- for a dislike.")]
    [InlineData("view=1,View=2", "The kind 'View' comes twice: give it once.")]
    [InlineData("view=0", "The kind 'view' takes a weight above 0 and up to 1000, or - for a dislike, not 0.")]
    [InlineData("view=-2", "The kind 'view' takes a weight above 0 and up to 1000, or - for a dislike, not -2.")]
    [InlineData("view=lots", "The kind 'view' takes a weight above 0 and up to 1000, or - for a dislike, not lots.")]
    public void What_is_no_table_is_refused_with_the_entry(string kinds, string reason) =>
        Assert.Equal(reason, Assert.Throws<FormatException>(() => EventKinds.Parse(kinds)).Message);

    [Fact]
    public void Weights_and_ratings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventKinds { Weights = new Dictionary<string, double> { ["view"] = double.NaN } });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EventKinds { MinRating = double.PositiveInfinity });
    }
}
