using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Streaming;

/// <summary>A user's newest events, in the order of a history: by time, those without one first, those of one time as the log had them; and of the older
/// ones what they say of the items.</summary>
/// <remarks>
/// <para>Unchangeable for whoever has it; an event makes another one of it. They share the room that the events lie in: the newest one writes behind what
/// the others see. So an event costs no copy of a history, but for one in some.</para>
/// <para>Threads: <see cref="With"/> is for one at a time.</para>
/// </remarks>
internal sealed class RecentEvents
{
    /// <summary>Of the older ones so many items are known; of who has more only the newest events.</summary>
    private const int MostOlder = 500;

    private readonly int _most;
    private readonly Room _room;
    private readonly int _length;   // of the room
    private readonly ItemStanding[]? _older;   // null: not known

    /// <param name="events">In order.</param>
    /// <param name="isWhole">Whether these are all events of the user.</param>
    public RecentEvents(Entry[] events, bool isWhole)
        : this(events.Length, new Room(events, events.Length), events.Length, isWhole ? [] : null)
    {
    }

    private RecentEvents(int most, Room room, int length, ItemStanding[]? older) => (_most, _room, _length, _older) = (most, room, length, older);

    /// <summary>The newest, oldest first.</summary>
    public ReadOnlySpan<Entry> Events => _room.Entries.AsSpan(Math.Max(0, _length - _most).._length);

    /// <summary>Whether <see cref="Events"/> are all events of the user.</summary>
    public bool IsWhole => _older is [] && _length <= _most;

    /// <summary>Whether all events of the user count in <see cref="TasteOf"/>.</summary>
    public bool HasAllItems => _older is not null;

    /// <param name="events">A user's newest ones, in any order, and one more than are recent where there are others.</param>
    /// <param name="most">So many are recent.</param>
    public static RecentEvents Of(IEnumerable<LoggedEvent> events, int most)
    {
        Entry[] all = Sorted(events);
        Entry[] recent = all[Math.Max(0, all.Length - most)..];
        return new(most, new Room(recent, recent.Length), recent.Length, all.Length <= most ? [] : null);
    }

    /// <param name="events">All of a user's, in any order.</param>
    /// <param name="most">So many are recent.</param>
    public static RecentEvents OfAll(IEnumerable<LoggedEvent> events, int most, EventKinds kinds, DateTimeOffset now)
    {
        Entry[] all = Sorted(events);
        return new RecentEvents(most, new Room(all, all.Length), all.Length, []).Folded(kinds, now);
    }

    /// <summary>With another event; the same where it is among them already.</summary>
    /// <returns>Null where the records have to be read again to tell: it belongs among the older ones.</returns>
    public RecentEvents? With(LoggedEvent logged, EventKinds kinds, DateTimeOffset now)
    {
        var entry = new Entry(logged);
        int place = Array.BinarySearch(_room.Entries, 0, _length, entry);
        if (place >= 0)
            return this;
        place = ~place;
        if (place == 0 && _older is not [])
            return _older is null ? this : null;
        bool isLast = place == _length && _room.Used == _length;
        if (isLast && _length < _room.Entries.Length)
        {
            _room.Entries[_room.Used++] = entry;
            return new(_most, _room, _length + 1, _older);
        }
        RecentEvents folded = Folded(kinds, now);
        if (folded._length != _length)
            return folded.With(logged, kinds, now);
        var grown = new Entry[_length + 1 + Math.Min(_length, Spare)];
        Array.Copy(_room.Entries, grown, place);
        grown[place] = entry;
        Array.Copy(_room.Entries, place, grown, place + 1, _length - place);
        return new(_most, new Room(grown, _length + 1), _length + 1, _older);
    }

    /// <summary>What all of them say of the items.</summary>
    public UserTaste TasteOf(EventKinds kinds, DateTimeOffset now)
    {
        ReadOnlySpan<Entry> all = _room.Entries.AsSpan(0, _length);
        int past = PastOf(all, now);
        return Taste(all[past..], all[..past], kinds);
    }

    /// <summary>The oldest first; before them those whose time is still to come, which are never the newest.</summary>
    public IEnumerable<Event> Ordered(UserId user, DateTimeOffset now)
    {
        Entry[] recent = [.. Events];
        int past = PastOf(recent, now);
        return recent[past..].Concat(recent[..past]).Select(entry => new Event(user, entry.Item, entry.Kind,
            entry.Ticks == Entry.NoTime ? null : new DateTimeOffset(entry.Ticks, TimeSpan.Zero), entry.Session));
    }

    /// <summary>What the user is doing now; null where the newest event is longer ago than a pause within a session, or has no time.</summary>
    /// <param name="gap">The longest pause within a session.</param>
    public CurrentSession? SessionOf(DateTimeOffset now, TimeSpan gap)
    {
        Entry[] past = [.. Events.ToArray().Where(entry => entry.Ticks != Entry.NoTime && entry.Ticks <= now.UtcTicks)];
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

    /// <summary>Room for so many events lies behind the newest: as many events pass until the history is copied.</summary>
    private int Spare => Math.Max(4, _most / 4);

    private static Entry[] Sorted(IEnumerable<LoggedEvent> events) => [.. events.Select(logged => new Entry(logged)).Order()];

    /// <summary>With those that are not recent among the older ones.</summary>
    private RecentEvents Folded(EventKinds kinds, DateTimeOffset now)
    {
        int left = _length - _most;
        if (left <= 0)
            return this;
        ReadOnlySpan<Entry> leaving = _room.Entries.AsSpan(0, left);
        var room = new Entry[_most + Spare];
        Array.Copy(_room.Entries, left, room, 0, _most);
        ItemStanding[]? older = null;
        // One whose time is still to come would stand behind others later than it does now.
        if (_older is not null && leaving[^1].Ticks <= now.UtcTicks)
        {
            UserTaste taste = Taste([], leaving, kinds);
            older = taste.Items.Count <= MostOlder ? taste.Standings() : null;
        }
        return new(_most, new Room(room, _most), _most, older);
    }

    private static int PastOf(ReadOnlySpan<Entry> entries, DateTimeOffset now)
    {
        int past = entries.Length;
        while (past > 0 && entries[past - 1].Ticks > now.UtcTicks)
            past--;
        return past;
    }

    /// <summary>What the older ones say of the items, with events before them and after them.</summary>
    private UserTaste Taste(ReadOnlySpan<Entry> before, ReadOnlySpan<Entry> after, EventKinds kinds)
    {
        var taste = new UserTaste();
        Add(taste, before, kinds);
        foreach (ItemStanding standing in _older ?? [])
            taste.Add(standing);
        Add(taste, after, kinds);
        return taste;
    }

    private static void Add(UserTaste taste, ReadOnlySpan<Entry> entries, EventKinds kinds)
    {
        string? kind = null;
        KindMeaning meaning = default;
        foreach (Entry entry in entries)
        {
            if (!ReferenceEquals(kind, entry.Kind))   // most are of one kind, which is held once
                (kind, meaning) = (entry.Kind, kinds.MeaningOf(entry.Kind));
            taste.Add(new(entry.Item, meaning.Weight, meaning.Opinion));
        }
    }

    /// <summary>An event as it is kept, 40 bytes; the texts of its item and kind are held once.</summary>
    internal readonly record struct Entry(ItemId Item, string Kind, long Ticks, long Sequence, string? Session = null) : IComparable<Entry>
    {
        public const long NoTime = -1;

        public Entry(LoggedEvent logged)
            : this(logged.Event.Item, Kinds.Shared(logged.Event.Kind), logged.Event.Time?.UtcTicks ?? NoTime, logged.Sequence, logged.Event.Session)
        {
        }

        public int CompareTo(Entry other) => Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Sequence.CompareTo(other.Sequence);
    }

    /// <param name="entries">In order, as far as they are used; nobody sees what lies behind.</param>
    private sealed class Room(Entry[] entries, int used)
    {
        public Entry[] Entries { get; } = entries;

        public int Used { get; set; } = used;
    }

    /// <summary>Kinds are few: each is held once.</summary>
    private static class Kinds
    {
        private const int Most = 1_000;

        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

        public static string Shared(string kind) => Known.TryGetValue(kind, out string? known) ? known : Known.Count < Most ? Known.GetOrAdd(kind, kind) : kind;
    }
}
