using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Streaming;

/// <summary>A user's newest events, in the order of a history: by time, those without one first, those of one time as the log had them.</summary>
/// <remarks>Unchangeable; an event makes another one of it.</remarks>
/// <param name="IsWhole">Whether these are all events of the user.</param>
internal sealed record RecentEvents(RecentEvents.Entry[] Events, bool IsWhole)
{
    public static RecentEvents Of(IEnumerable<LoggedEvent> events, int most)
    {
        Entry[] all = [.. events.Select(logged => new Entry(logged)).Order()];
        return new RecentEvents(all, IsWhole: true).CutTo(most);
    }

    /// <summary>With another event; the same where it is among them already.</summary>
    public RecentEvents With(LoggedEvent logged, int most)
    {
        var entry = new Entry(logged);
        int place = Array.BinarySearch(Events, entry);
        return place >= 0 ? this : (this with { Events = [.. Events[..~place], entry, .. Events[~place..]] }).CutTo(most);
    }

    /// <summary>What they say of the items.</summary>
    public UserTaste TasteOf(UserId user, EventKinds kinds, DateTimeOffset now) => new(Ordered(user, now), kinds);

    /// <summary>The oldest first; before them those whose time is still to come, which are never the newest.</summary>
    public IEnumerable<Event> Ordered(UserId user, DateTimeOffset now)
    {
        int past = Events.Length;
        while (past > 0 && Events[past - 1].Ticks > now.UtcTicks)
            past--;
        return Events[past..].Concat(Events[..past]).Select(entry => new Event(user, entry.Item, entry.Kind,
            entry.Ticks == Entry.NoTime ? null : new DateTimeOffset(entry.Ticks, TimeSpan.Zero), entry.Session));
    }

    /// <summary>What the user is doing now; null where the newest event is longer ago than a pause within a session, or has no time.</summary>
    /// <param name="gap">The longest pause within a session.</param>
    public CurrentSession? SessionOf(DateTimeOffset now, TimeSpan gap)
    {
        Entry[] past = [.. Events.Where(entry => entry.Ticks != Entry.NoTime && entry.Ticks <= now.UtcTicks)];
        if (past is not [.., var newest] || now.UtcTicks - newest.Ticks > gap.Ticks)
            return null;
        Entry[] same = [.. past.Where(entry => entry.Session == newest.Session)];
        int first = same.Length - 1;
        // The shop's own sessions are not cut by time.
        while (first > 0 && (newest.Session is not null || same[first].Ticks - same[first - 1].Ticks <= gap.Ticks))
            first--;
        var items = new List<ItemId>();
        foreach (Entry entry in same.AsSpan(first))
        {
            if (items.Count == 0 || items[^1] != entry.Item)
                items.Add(entry.Item);
        }
        return new(new DateTimeOffset(same[first].Ticks, TimeSpan.Zero), new DateTimeOffset(newest.Ticks, TimeSpan.Zero), items);
    }

    /// <summary>The same kind, held once.</summary>
    public static string Shared(string kind) => Kinds.Shared(kind);

    private RecentEvents CutTo(int most) => Events.Length <= most ? this : new(Events[^most..], IsWhole: false);

    /// <summary>An event as it is kept, 40 bytes and its texts.</summary>
    internal readonly record struct Entry(ItemId Item, string Kind, long Ticks, long Sequence, string? Session = null) : IComparable<Entry>
    {
        public const long NoTime = -1;

        public Entry(LoggedEvent logged)
            : this(logged.Event.Item, Kinds.Shared(logged.Event.Kind), logged.Event.Time?.UtcTicks ?? NoTime, logged.Sequence, logged.Event.Session)
        {
        }

        public int CompareTo(Entry other) => Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Sequence.CompareTo(other.Sequence);
    }

    /// <summary>Kinds are few: each is held once.</summary>
    private static class Kinds
    {
        private const int Most = 1_000;

        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

        public static string Shared(string kind) => Known.TryGetValue(kind, out string? known) ? known : Known.Count < Most ? Known.GetOrAdd(kind, kind) : kind;
    }
}
