using Hybrid.Behavior;

namespace Hybrid.Tests.Behavior;

public sealed class SessionsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_pause_longer_than_the_gap_starts_a_session_and_one_as_long_does_not() =>
        Assert.Equal(["a b", "c d"], Cut(At("u", "a", 0), At("u", "b", 30), At("u", "c", 60.02), At("u", "d", 61)));

    [Fact]
    public void The_gap_is_an_option() =>
        Assert.Equal(["a b", "c d"], Cut(TimeSpan.FromMinutes(5), At("u", "a", 0), At("u", "b", 5), At("u", "c", 11), At("u", "d", 12)));

    [Fact]
    public void Another_user_is_another_session_at_the_same_time() =>
        Assert.Equal(["a b", "c d"], Cut(At("u", "a", 0), At("u", "b", 1), At("v", "c", 1), At("v", "d", 2)));

    [Fact]
    public void A_session_id_decides_alone_even_where_sessions_interleave_or_pause() =>
        Assert.Equal(["a c e", "b d"], Cut(
            At("u", "a", 0, "s1"), At("u", "b", 1, "s2"), At("u", "c", 2, "s1"), At("u", "d", 3, "s2"), At("u", "e", 900, "s1")));

    [Fact]
    public void The_same_session_id_of_another_user_is_another_session() =>
        Assert.Equal(["a b", "c d"], Cut(At("u", "a", 0, "s1"), At("u", "b", 1, "s1"), At("v", "c", 2, "s1"), At("v", "d", 3, "s1")));

    [Fact]
    public void Events_with_and_without_session_ids_never_share_a_session() =>
        Assert.Equal(["a b", "c d"], Cut(At("u", "a", 0), At("u", "c", 1, "s1"), At("u", "b", 2, ""), At("u", "d", 3, "s1")));

    [Fact]
    public void A_users_events_are_put_in_order_of_time_and_ties_keep_the_order_of_the_log() =>
        Assert.Equal(["a b c d"], Cut(At("u", "d", 9), At("u", "b", 5), At("u", "c", 5), At("u", "a", 1)));

    [Fact]
    public void Without_times_a_users_events_are_one_session_in_the_order_of_the_log() =>
        Assert.Equal(["c a b"], Cut(At("u", "c", null), At("u", "a", null), At("u", "b", null)));

    [Fact]
    public void A_missing_time_neither_cuts_nor_hides_the_pause_around_it() =>
        Assert.Equal(["a b", "c d"], Cut(At("u", "a", 0), At("u", "b", null), At("u", "c", 31), At("u", "d", 32)));

    [Fact]
    public void An_item_that_follows_itself_counts_once_and_one_that_comes_back_counts_again() =>
        Assert.Equal(["a b a"], Cut(At("u", "a", 0), At("u", "a", 1), At("u", "b", 2), At("u", "b", 3), At("u", "a", 4)));

    [Fact]
    public void A_named_session_in_which_a_time_is_missing_keeps_the_order_of_the_log() =>
        Assert.Equal(["c a d b"], Cut(At("u", "c", 3, "s1"), At("u", "a", null, "s1"), At("u", "d", 1, "s1"), At("u", "b", null, "s1")));

    [Fact]
    public void A_missing_time_in_one_session_leaves_the_others_in_the_order_of_their_times() =>
        Assert.Equal(["x z", "b a", "c d"], Cut(
            At("u", "a", 61), At("u", "x", null, "s1"), At("u", "z", null, "s1"), At("u", "b", 60), At("u", "d", 2, "s2"), At("u", "c", 1, "s2")));

    [Fact]
    public void Sessions_stand_by_start_and_equal_starts_as_in_the_log()
    {
        Assert.Equal(["c d", "a b"], Cut(At("u", "a", 5, "s1"), At("u", "b", 6, "s1"), At("u", "d", 4, "s2"), At("u", "c", 3, "s2")));
        Assert.Equal(["a b", "c d"], Cut(At("u", "a", 3, "s1"), At("u", "c", 3, "s2"), At("u", "b", 4, "s1"), At("u", "d", 4, "s2")));
    }

    [Fact]
    public void A_session_knows_its_user_and_its_earliest_time()
    {
        Session[] sessions = [.. Sessions.Cut(
        [
            At("u", "b", 9), At("u", "a", 1), At("u", "c", 100),
            At("v", "d", null, "s1"), At("v", "e", 7, "s1"), At("v", "f", 5, "s1"),
            At("w", "g", null),
        ])];
        Assert.Equal(
            [("u", Noon.AddMinutes(1), "a b"), ("u", Noon.AddMinutes(100), "c"), ("v", Noon.AddMinutes(5), "d e f"), ("w", (DateTimeOffset?)null, "g")],
            sessions.Select(session => (session.User, session.Start, string.Join(' ', session.Items))));
    }

    [Fact]
    public void Where_all_times_are_known_sessions_are_those_of_one_pass_over_the_users_events_by_time()
    {
        const int Seed = 3;
        var random = new Random(Seed);
        for (int log = 0; log < 2_000; log++)
        {
            Event[] events = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ =>
                At("u", $"i{random.Next(4)}", random.Next(200), random.Next(3) == 0 ? $"s{random.Next(3)}" : null))];
            Assert.True(OnePass(events).SequenceEqual(Cut(events)), $"seed {Seed}, log {log}");
        }

        static IEnumerable<string> OnePass(Event[] events)
        {
            var sessions = new List<List<string>>();
            var named = new Dictionary<string, List<string>>();
            Event? last = null;
            List<string> unnamed = [];
            foreach (Event next in events.OrderBy(e => e.Time))
            {
                bool begins = next.Session is { } name ? !named.ContainsKey(name) : last is null || next.Time - last.Value.Time > TimeSpan.FromMinutes(30);
                List<string> session = begins ? [] : next.Session is { } known ? named[known] : unnamed;
                if (begins)
                    sessions.Add(session);
                if (next.Session is { } id)
                    named[id] = session;
                else
                    (unnamed, last) = (session, next);
                if (session.LastOrDefault() != next.Item.Value)
                    session.Add(next.Item.Value);
            }
            return sessions.Select(session => string.Join(' ', session));
        }
    }

    [Fact]
    public void A_session_of_one_item_is_one_too() =>
        Assert.Equal(["a", "b c", "d"], Cut(At("u", "a", 0), At("u", "a", 1), At("u", "b", 100), At("u", "c", 101), At("v", "d", 0)));

    [Fact]
    public void No_events_are_no_sessions() => Assert.Empty(Sessions.Cut([]));

    [Fact]
    public void A_user_who_comes_back_after_another_is_refused()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => Cut(At("u", "a", 0), At("v", "b", 1), At("u", "c", 2)));
        Assert.StartsWith(
            "The events of user 'u' do not stand together: they go on after those of another user. Give each user's events in one run,",
            thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_one_users_events_are_read_ahead()
    {
        int read = 0;
        IEnumerable<Event> Log()
        {
            for (int user = 0; user < 1_000; user++)
            {
                for (int i = 0; i < 3; i++, read++)
                    yield return At($"u{user}", $"i{i}", i);
            }
        }
        using IEnumerator<Session> sessions = Sessions.Cut(Log()).GetEnumerator();

        Assert.True(sessions.MoveNext());

        Assert.Equal(3, read);   // the first event of the second user is in hand, not yet counted
    }

    [Fact]
    public void An_event_without_an_item_is_refused()
    {
        ArgumentException thrown = Assert.Throws<ArgumentException>(() => Cut(new Event("u", default, "view", Noon)));
        Assert.StartsWith("An event of user 'u' names no item.", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_of_zero_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>("Gap", () => new SessionOptions { Gap = TimeSpan.Zero });

    private static string[] Cut(params Event[] events) => Cut(new SessionOptions().Gap, events);

    private static string[] Cut(TimeSpan gap, params Event[] events) =>
        [.. Sessions.Cut(events, new SessionOptions { Gap = gap }).Select(session => string.Join(' ', session.Items))];

    private static Event At(string user, string item, double? minute, string? session = null) =>
        new(user, item, "view", minute is { } m ? Noon.AddMinutes(m) : null, session);
}
