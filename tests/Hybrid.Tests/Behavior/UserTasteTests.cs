using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Tests.Behavior;

public sealed class UserTasteTests
{
    [Fact]
    public void The_last_different_items_stand_where_they_came_last()
    {
        UserTaste taste = Taste("A view", "B view", "C view", "A view", "D view", "D view", "D view");
        Assert.Equal(["C", "A", "D"], taste.LastLiked(3).Select(item => item.Value));
        Assert.Equal(["B", "C", "A", "D"], taste.LastLiked(9).Select(item => item.Value));
    }

    [Fact]
    public void An_item_weighs_as_its_heaviest_kind()
    {
        UserTaste taste = Taste("A view", "A purchase", "A view", "B cart", "C");
        Assert.Equal([3f, 2f, 1f], new ItemId[] { "A", "B", "C" }.Select(taste.WeightOf));
    }

    [Theory]
    [InlineData(true, "A dislike")]
    [InlineData(true, "A purchase", "A return")]
    [InlineData(true, "A return", "A view", "A click")]   // only looked at again
    [InlineData(false, "A return", "A purchase")]
    [InlineData(false, "A remove_from_cart", "A add_to_cart")]
    [InlineData(true, "A remove_from_cart", "A add_to_cart", "A remove_from_cart")]
    [InlineData(true, "A 5", "A 2")]
    [InlineData(false, "A 2", "A 5")]
    public void The_last_word_on_an_item_counts(bool isDisliked, params string[] events)
    {
        UserTaste taste = Taste(events);
        Assert.Equal(isDisliked, taste.Dislikes("A"));
        Assert.Equal(isDisliked ? ["A"] : [], taste.LastDisliked(5).Select(item => item.Value));
        Assert.Equal(isDisliked ? [] : ["A"], taste.LastLiked(5).Select(item => item.Value));
    }

    [Fact]
    public void What_a_user_dislikes_is_not_learned_and_neither_is_a_user_with_too_many_events()
    {
        Event[] log =
        [
            new("u", "A", "view", At(1)), new("u", "B", "view", At(2)), new("u", "A", "return", At(9)), new("u", "C", "view", At(4)),
            new("robot", "A", "view", At(1)), new("robot", "B", "view", At(1)), new("robot", "A", "view", At(1)), new("robot", "C", "view", At(1)),
            new("robot", "D", "view", At(1)),
            new("v", "A", "purchase", At(5)), new("v", "A", "dislike", At(2)),   // the log is not in the order of time
        ];
        IEnumerable<Event> liked = LikedEvents.Of(log, EventKinds.Default, mostEvents: 4);
        Assert.Equal(["u B", "u C", "v A"], liked.Select(e => $"{e.User} {e.Item}"));
        Assert.Equal(8, LikedEvents.Of(log, EventKinds.Default, mostEvents: 5).Count());
    }

    private static UserTaste Taste(params string[] events) => new(
        events.Select(e => e.Split(' ')).Select(e => new Event("u", e[0], e.ElementAtOrDefault(1) ?? "", null)), EventKinds.Default with { MinRating = 3 });

    private static DateTimeOffset At(int minute) => DateTimeOffset.UnixEpoch.AddMinutes(minute);
}
