using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>Cuts a log of events into sessions: what a user did in one go, in order.</summary>
public static class Sessions
{
    /// <summary>The sessions of a log, user by user, each user's by start; equal starts as in the log, and all of a user's where one has no start.</summary>
    /// <remarks>
    /// <para>Lazy: one user's events are in memory at a time, and the names of the users seen. Cost: n log n for a user's n events.</para>
    /// <para>Events with a session id belong to the session of that id, whatever their times. The others are cut where the time since the one before exceeds
    /// <see cref="SessionOptions.Gap"/>; where a time is missing there is no cut, so a log without times and ids has one session a user (a playlist, a
    /// basket).</para>
    /// <para>The events of one id, and those without an id, are taken in the order of their times, equal times in the order of the log. Where one of them has
    /// no time, they keep the order of the log: nothing else says where it belongs.</para>
    /// <para>An item that follows itself counts once: view, cart, purchase of one item would teach that it is its own neighbour.</para>
    /// </remarks>
    /// <param name="events">All events of a user in one run, in the order of the log; users in any order.</param>
    /// <exception cref="ArgumentException">A user comes back after another one, or an event has no item; thrown while enumerating.</exception>
    public static IEnumerable<Session> Cut(IEnumerable<Event> events, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        return CutUsers(events, (options ?? new SessionOptions()).Gap);
    }

    private static IEnumerable<Session> CutUsers(IEnumerable<Event> events, TimeSpan gap)
    {
        var users = new HashSet<UserId>();
        var log = new List<Event>();
        foreach (Event next in events)
        {
            if (next.Item == default)
                throw new ArgumentException($"An event of user '{next.User}' names no item.", nameof(events));
            if (log.Count == 0 || log[0].User != next.User)
            {
                foreach (Session session in CutUser(log, gap))
                    yield return session;
                log.Clear();
                if (!users.Add(next.User))
                {
                    throw new ArgumentException($"The events of user '{next.User}' do not stand together: they go on after those of another user. "
                        + "Give each user's events in one run, in the order of the log.", nameof(events));
                }
            }
            log.Add(next);
        }
        foreach (Session session in CutUser(log, gap))
            yield return session;
    }

    private static IEnumerable<Session> CutUser(List<Event> log, TimeSpan gap)
    {
        // With the place in the log of each session's first event.
        var sessions = new List<(int First, Session Session)>();
        foreach (IGrouping<string, int> group in Enumerable.Range(0, log.Count).GroupBy(place => log[place].Session ?? "", StringComparer.Ordinal))
        {
            int[] places = InOrder(log, [.. group]);
            if (group.Key.Length > 0)
                sessions.Add((places[0], SessionOf(log, places)));
            else
                sessions.AddRange(CutAtPauses(log, places, gap).Select(part => (places[part.Start], SessionOf(log, places[part]))));
        }
        IEnumerable<(int First, Session Session)> ordered = sessions.TrueForAll(s => s.Session.Start is not null)
            ? sessions.OrderBy(s => s.Session.Start).ThenBy(s => s.First)
            : sessions.OrderBy(s => s.First);
        return ordered.Select(s => s.Session);
    }

    /// <summary>The places by time, if all have one; they come in the order of the log.</summary>
    private static int[] InOrder(List<Event> log, int[] places)
    {
        if (Array.TrueForAll(places, place => log[place].Time is not null))
            Array.Sort(places, (a, b) => Nullable.Compare(log[a].Time, log[b].Time) is not 0 and var byTime ? byTime : a.CompareTo(b));
        return places;
    }

    private static IEnumerable<Range> CutAtPauses(List<Event> log, int[] places, TimeSpan gap)
    {
        int first = 0;
        DateTimeOffset? last = null;
        for (int i = 0; i < places.Length; i++)
        {
            DateTimeOffset? time = log[places[i]].Time;
            // Comparing with a missing time is false: no cut.
            if (time - last > gap)
            {
                yield return first..i;
                first = i;
            }
            last = time ?? last;
        }
        yield return first..places.Length;
    }

    private static Session SessionOf(List<Event> log, ReadOnlySpan<int> places)
    {
        var items = new List<ItemId>(places.Length);
        DateTimeOffset? start = null;
        foreach (int place in places)
        {
            Event next = log[place];
            if (items.Count == 0 || items[^1] != next.Item)
                items.Add(next.Item);
            if (start is null || next.Time < start)
                start = next.Time;
        }
        return new Session(log[places[0]].User, start, items);
    }
}
