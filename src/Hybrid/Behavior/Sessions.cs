using Hybrid.Catalog;

namespace Hybrid.Behavior;

/// <summary>Cuts a log of events into sessions: what a user did in one go, in order.</summary>
public static class Sessions
{
    /// <summary>The sessions of a log, user by user, each user's in the order of their first events.</summary>
    /// <remarks>
    /// <para>Lazy: one user's events are in memory at a time, and the names of the users seen.</para>
    /// <para>A user's events are taken in the order of their times, equal times in the order of the log. Where an event of the user has no time, the order of the log is kept.</para>
    /// <para>Events with a session id belong to the session of that id, whatever their times. The others are cut where the time since the one before exceeds
    /// <see cref="SessionOptions.Gap"/>; where a time is missing there is no cut, so a log without times and ids has one session a user (a playlist, a basket).</para>
    /// <para>An item that follows itself counts once: view, cart, purchase of one item would teach that it is its own neighbour.
    /// A session of fewer than two items teaches nothing and is left out.</para>
    /// </remarks>
    /// <param name="events">All events of a user in one run; users in any order.</param>
    /// <exception cref="ArgumentException">A user comes back after another one, or an event has no item; thrown while enumerating.</exception>
    public static IEnumerable<IReadOnlyList<ItemId>> Cut(IEnumerable<Event> events, SessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        return CutUsers(events, (options ?? new SessionOptions()).Gap);
    }

    private static IEnumerable<IReadOnlyList<ItemId>> CutUsers(IEnumerable<Event> events, TimeSpan gap)
    {
        var users = new HashSet<string>(StringComparer.Ordinal);
        var log = new List<Event>();
        foreach (Event next in events)
        {
            if (next.Item == default)
                throw new ArgumentException($"An event of user '{next.User}' names no item.", nameof(events));
            if (log.Count == 0 || log[0].User != next.User)
            {
                foreach (IReadOnlyList<ItemId> session in CutUser(log, gap))
                    yield return session;
                log.Clear();
                if (!users.Add(next.User))
                    throw new ArgumentException($"The events of user '{next.User}' do not stand together: they go on after those of another user. Order the log by user and time.", nameof(events));
            }
            log.Add(next);
        }
        foreach (IReadOnlyList<ItemId> session in CutUser(log, gap))
            yield return session;
    }

    private static IEnumerable<List<ItemId>> CutUser(List<Event> log, TimeSpan gap)
    {
        var sessions = new List<List<ItemId>>();
        var named = new Dictionary<string, List<ItemId>>(StringComparer.Ordinal);
        List<ItemId>? unnamed = null;
        DateTimeOffset? last = null;
        foreach (Event next in InOrder(log))
        {
            List<ItemId>? session;
            if (string.IsNullOrEmpty(next.Session))
            {
                // Comparing with a missing time is false: no cut.
                session = next.Time - last > gap ? null : unnamed;
                last = next.Time ?? last;
            }
            else
            {
                session = named.GetValueOrDefault(next.Session);
            }

            if (session is null)
            {
                sessions.Add(session = []);
                if (string.IsNullOrEmpty(next.Session))
                    unnamed = session;
                else
                    named.Add(next.Session, session);
            }
            if (session.Count == 0 || session[^1] != next.Item)
                session.Add(next.Item);
        }
        return sessions.Where(session => session.Count >= 2);
    }

    private static IEnumerable<Event> InOrder(List<Event> log)
    {
        bool ordered = true;
        for (int i = 0; i < log.Count; i++)
        {
            if (log[i].Time is null)
                return log;
            ordered &= i == 0 || log[i - 1].Time <= log[i].Time;
        }
        return ordered ? log : log.OrderBy(next => next.Time);   // stable
    }
}
