namespace Hybrid.Behavior;

/// <summary>Leaves out of a log what would teach something false: items that their user disliked, and users who are more than any shopper could be.</summary>
internal static class LikedEvents
{
    /// <summary>The events of all other users, in their order, without dislikes and without all that a user did with an item that they dislike.</summary>
    /// <remarks>Lazy: one user's events are in memory at a time.</remarks>
    /// <param name="events">All events of a user in one run, each user's in the order of the log.</param>
    /// <param name="mostEvents">Users with more events are left out.</param>
    public static IEnumerable<Event> Of(IEnumerable<Event> events, EventKinds kinds, long mostEvents)
    {
        var log = new List<Event>();
        bool isLeftOut = false;
        UserId user = default;
        foreach (Event next in events)
        {
            if (next.User != user)
            {
                foreach (Event liked in OfUser(log, kinds))
                    yield return liked;
                log.Clear();
                (user, isLeftOut) = (next.User, false);
            }
            if (isLeftOut)
                continue;
            log.Add(next);
            if (log.Count > mostEvents)
            {
                isLeftOut = true;
                log.Clear();
            }
        }
        foreach (Event liked in OfUser(log, kinds))
            yield return liked;
    }

    private static IEnumerable<Event> OfUser(List<Event> log, EventKinds kinds)
    {
        // Most users dislike nothing; then nothing has to be looked up either.
        if (!log.Exists(e => kinds.MeaningOf(e.Kind).Opinion == Opinion.Disliked))
            return log;
        var taste = new UserTaste(log.OrderBy(e => e.Time), kinds);   // stable; those without a time first
        return log.Where(e => kinds.MeaningOf(e.Kind).Opinion != Opinion.Disliked && !taste.Dislikes(e.Item));
    }
}
