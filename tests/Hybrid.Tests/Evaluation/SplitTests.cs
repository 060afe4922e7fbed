using Hybrid.Behavior;
using Hybrid.Evaluation;
using Hybrid.Recommending.Sources;

namespace Hybrid.Tests.Evaluation;

public sealed class SplitTests
{
    [Fact]
    public void Leave_last_asks_for_the_last_item_and_keeps_what_is_before_it_to_learn_from()
    {
        var split = Split.Make(SmallLog.Of("A: a b c", "B: a b"), new SplitOptions { MinEvents = 3 });
        TestQuery query = Assert.Single(split.Queries);
        Assert.Equal(("A", "a b", "c"), (query.User.Value, string.Join(' ', query.History), string.Join(' ', query.Targets)));
        Assert.Equal(4, split.Train.Events);
        Assert.Equal(3, split.Train.Items.Count);   // what nothing is learned of is ranked all the same
    }

    [Fact]
    public void Later_repeats_of_an_item_are_dropped_so_that_no_target_is_in_its_history()
    {
        var split = Split.Make(SmallLog.Of("A: a b c a b"), new SplitOptions { MinEvents = 3 });
        Assert.Equal("c", string.Join(' ', Assert.Single(split.Queries).Targets));
        Assert.Throws<SplitException>(() => Split.Make(SmallLog.Of("A: a b a b a b"), new SplitOptions { MinEvents = 3 }));
    }

    [Fact]
    public void Leave_basket_asks_for_all_of_the_last_basket()
    {
        var split = Split.Make(SmallLog.Of("A: a b | c d e", "B: a b c d e"), new SplitOptions { Kind = SplitKind.LeaveBasket });
        TestQuery query = Assert.Single(split.Queries);
        Assert.Equal(("A", "a b", "c d e"), (query.User.Value, string.Join(' ', query.History), string.Join(' ', query.Targets)));
        Assert.Equal(7, split.Train.Events);
    }

    [Fact]
    public void A_global_time_learns_from_nothing_after_it()
    {
        var log = SmallLog.Of("A: a b c d e", "B: a b | | c d e");
        var split = Split.Make(log, new SplitOptions { Kind = SplitKind.GlobalTime, TestShare = 0.3 });
        TestQuery query = Assert.Single(split.Queries);
        Assert.Equal(("B", "a b", "c d e"), (query.User.Value, string.Join(' ', query.History), string.Join(' ', query.Targets)));
        Assert.Equal(7, split.Train.Events);
    }

    [Fact]
    public void Of_later_sessions_nothing_is_learned_from()
    {
        var options = new SplitOptions { Kind = SplitKind.LaterSessions, MinEvents = 2, TestShare = 0.34 };
        var split = Split.Make(SmallLog.Of("A: a b c", "B: a b c", "C: b c d"), options);
        Assert.Equal("C", Assert.Single(split.Queries).User.Value);
        Assert.Equal(["A", "B"], split.Train.Users.Select(user => user.Value));
        Assert.Equal(4, split.Train.Items.Count);
    }

    [Fact]
    public void An_inner_split_is_of_the_training_data_alone()
    {
        var split = Split.Make(SmallLog.Of("A: a b c d"), new SplitOptions { MinEvents = 3 });
        Assert.Equal("c", string.Join(' ', Assert.Single(split.Inner().Queries).Targets));
    }

    [Fact]
    public void An_inner_split_of_a_share_has_so_many_users_who_are_the_same_for_a_seed_and_others_for_another()
    {
        var split = Split.Make(SmallLog.Of([.. Enumerable.Range(0, 40).Select(user => $"u{user}: a b c d")]), new SplitOptions { MinEvents = 3 });

        string[] once = Users(split.Inner(share: 0.25)), again = Users(split.Inner(share: 0.25)), other = Users(split.Inner(share: 0.25, seed: 2));

        Assert.Equal(10, once.Length);
        Assert.Equal(once, again);
        Assert.NotEqual(once.Order(), other.Order());
        Assert.Equal(20, split.Inner(share: 0.25).Train.Events);   // what the others did is not learned from: of ten users two events each
        Assert.Throws<ArgumentOutOfRangeException>(() => split.Inner(share: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => split.Inner(share: double.NaN));

        static string[] Users(Split inner) => [.. inner.Queries.Select(query => query.User.Value)];
    }

    [Theory]
    [InlineData(SplitKind.LeaveLast, "of 1 users none has 5 different items (the most is 2)")]
    [InlineData(SplitKind.LeaveBasket, "of 1 users none has 5 different items (the most is 2)")]
    public void A_split_that_leaves_nobody_says_why(SplitKind kind, string why)
    {
        SplitException refused = Assert.Throws<SplitException>(() => Split.Make(SmallLog.Of("A: a b"), new SplitOptions { Kind = kind }));
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_split_by_time_names_a_user_whose_events_have_none()
    {
        var log = TrainingLog.From(
            [new Event("A", "a", "", null, "s1"), new Event("A", "b", "", null, "s1")], cancellationToken: TestContext.Current.CancellationToken);
        SplitException refused = Assert.Throws<SplitException>(() => Split.Make(log, new SplitOptions { Kind = SplitKind.LaterSessions, MinEvents = 2 }));
        Assert.Contains("user 'A' has one without", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_with_an_item_that_the_catalogue_does_not_have_is_refused_with_both_named()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() =>
            TrainingLog.From(SmallLog.EventsOf("A: a b"), ["a"], cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("User 'A' has an event with item 'b'", refused.Message, StringComparison.Ordinal);
    }
}
