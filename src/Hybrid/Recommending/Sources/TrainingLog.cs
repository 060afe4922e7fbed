using System.Runtime.InteropServices;
using Hybrid.Behavior;
using Hybrid.Catalog;

namespace Hybrid.Recommending.Sources;

/// <summary>What sources learn from: the histories of a log, packed, and the items that may be recommended.</summary>
/// <remarks>
/// <para>A history has an item once, where it came first: a later repeat is dropped, so that no target is in its own history.</para>
/// <para>Thirteen bytes an event; each id is held once. Threads: immutable.</para>
/// </remarks>
public sealed partial class TrainingLog
{
    private readonly UserId[] _users;
    private readonly int[] _starts;
    private readonly int[] _items;
    private readonly double[] _days;
    private readonly bool[] _beginsBasket;
    private readonly Lazy<ItemOccurrences> _occurrences;
    private readonly Lazy<Dictionary<UserId, int>> _places;

    private TrainingLog(ItemCodes codes, UserId[] users, int[] starts, int[] items, double[] days, bool[] beginsBasket)
    {
        Codes = codes;
        _users = users;
        _starts = starts;
        _items = items;
        _days = days;
        _beginsBasket = beginsBasket;
        _occurrences = new(() => new ItemOccurrences(this));
        _places = new(() => _users.Select((user, place) => (user, place)).ToDictionary(pair => pair.user, pair => pair.place));
    }

    /// <summary>The items that may be recommended, in the order of their ids, with events or without.</summary>
    public IReadOnlyList<ItemId> Items => Codes.Items;

    /// <summary>Whose histories these are, in the order in which they first occur.</summary>
    public IReadOnlyList<UserId> Users => _users;

    /// <summary>Items of all histories together.</summary>
    public int Events => _items.Length;

    /// <summary>One user's history, oldest first, as positions in <see cref="Items"/>.</summary>
    public ReadOnlySpan<int> this[int user] => _items.AsSpan(_starts[user].._starts[user + 1]);

    internal ItemCodes Codes { get; }

    /// <summary>Where each item occurs; counted when it is first asked for.</summary>
    internal ItemOccurrences Occurrences => _occurrences.Value;

    /// <summary>Packs a log: each user's events by time, equal times in the order of the log; where a time is missing, all of that
    /// user's as they stand.</summary>
    /// <param name="events">Enumerated once, in any order of users.</param>
    /// <param name="catalog">The items that may be recommended; null: those of the events.</param>
    /// <param name="sessions">Where one basket of a user ends and the next begins, for events without a session id; null: the default pause.</param>
    /// <exception cref="ArgumentException">An event names an item that the catalogue does not have; the message names both.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TrainingLog From(
        IEnumerable<Event> events, IEnumerable<ItemId>? catalog = null, SessionOptions? sessions = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(events);
        var rows = new List<Row>();
        var users = new Dictionary<UserId, int>();
        var items = new Dictionary<ItemId, int>();
        ItemCodes? known = catalog is null ? null : new ItemCodes(catalog.Distinct());
        var sessionIds = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Event next in events)
        {
            if ((rows.Count & 0xffff) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            int item = known?.Find(next.Item) ?? PlaceOf(items, next.Item);
            if (item < 0)
            {
                throw new ArgumentException($"User '{next.User}' has an event with item '{next.Item}', which the catalogue does not have: "
                    + "add the item, or leave its events out.", nameof(events));
            }
            double days = next.Time is { } time ? (time - DateTimeOffset.UnixEpoch).TotalDays : double.NaN;
            rows.Add(new(PlaceOf(users, next.User), item, next.Session is { } id ? PlaceOf(sessionIds, id) : -1, days));
        }
        if (known is null)
        {
            known = new ItemCodes(items.Keys);
            int[] codes = [.. items.Keys.Select(known.Find)];
            foreach (ref Row row in CollectionsMarshal.AsSpan(rows))
                row = row with { Item = codes[row.Item] };
        }
        return Pack(rows, [.. users.Keys], known, (sessions ?? new SessionOptions()).Gap.TotalDays);
    }

    /// <summary>The days since 1970 of a user's events, beside <see cref="this[int]"/>; NaN where the log has no time.</summary>
    internal ReadOnlySpan<double> DaysOf(int user) => _days.AsSpan(_starts[user].._starts[user + 1]);

    /// <summary>Whether an event of a user is the first of a basket: of a session id, or after a pause.</summary>
    internal ReadOnlySpan<bool> BasketsOf(int user) => _beginsBasket.AsSpan(_starts[user].._starts[user + 1]);

    /// <returns>The user's place, or −1 where there are no events of the user.</returns>
    internal int FindUser(UserId user) => _places.Value.GetValueOrDefault(user, -1);

    /// <summary>How many users have each item.</summary>
    internal int[] CountItems()
    {
        int[] counts = new int[Codes.Count];
        foreach (int item in _items)
            counts[item]++;
        return counts;
    }

    /// <summary>The first so many events of each user, of the same catalogue; users of whom none are left are left out.</summary>
    /// <param name="keeps">[users]: how many.</param>
    internal TrainingLog Begin(ReadOnlySpan<int> keeps) => Keep(keeps, null);

    /// <summary>The log without some items, of the same catalogue.</summary>
    internal TrainingLog Without(IReadOnlySet<int> items)
    {
        int[] all = new int[_users.Length];
        for (int user = 0; user < all.Length; user++)
            all[user] = this[user].Length;
        return Keep(all, items);
    }

    private TrainingLog Keep(ReadOnlySpan<int> keeps, IReadOnlySet<int>? without)
    {
        var users = new List<UserId>();
        var starts = new List<int> { 0 };
        var items = new List<int>();
        var days = new List<double>();
        var baskets = new List<bool>();
        for (int user = 0; user < _users.Length; user++)
        {
            bool begins = false;
            for (int i = _starts[user]; i < _starts[user] + keeps[user]; i++)
            {
                begins |= _beginsBasket[i];
                if (without?.Contains(_items[i]) == true)
                    continue;
                items.Add(_items[i]);
                days.Add(_days[i]);
                baskets.Add(begins);
                begins = false;
            }
            if (items.Count == starts[^1])
                continue;
            users.Add(_users[user]);
            starts.Add(items.Count);
        }
        return new TrainingLog(Codes, [.. users], [.. starts], [.. items], [.. days], [.. baskets]);
    }

    private static TrainingLog Pack(List<Row> rows, UserId[] users, ItemCodes codes, double gap)
    {
        int[] starts = new int[users.Length + 1];
        foreach (Row row in rows)
            starts[row.User + 1]++;
        for (int user = 0; user < users.Length; user++)
            starts[user + 1] += starts[user];
        var sorted = new Row[rows.Count];
        int[] next = starts[..^1];
        foreach (Row row in rows)
            sorted[next[row.User]++] = row;
        var (items, days, baskets) = (new List<int>(rows.Count), new List<double>(rows.Count), new List<bool>(rows.Count));
        int[] kept = new int[users.Length + 1];
        var seen = new HashSet<int>();
        for (int user = 0; user < users.Length; user++)
        {
            Row[] own = sorted[starts[user]..starts[user + 1]];
            if (Array.TrueForAll(own, row => !double.IsNaN(row.Days)))
                own = [.. own.OrderBy(row => row.Days)];   // stable
            seen.Clear();
            bool begins = false;
            for (int i = 0; i < own.Length; i++)
            {
                // Comparing with a missing time is false: no cut.
                begins |= i == 0 || own[i].Session != own[i - 1].Session || (own[i].Session < 0 && own[i].Days - own[i - 1].Days > gap);
                if (!seen.Add(own[i].Item))
                    continue;
                items.Add(own[i].Item);
                days.Add(own[i].Days);
                baskets.Add(begins);
                begins = false;
            }
            kept[user + 1] = items.Count;
        }
        return new TrainingLog(codes, users, kept, [.. items], [.. days], [.. baskets]);
    }

    private static int PlaceOf<TKey>(Dictionary<TKey, int> places, TKey key)
        where TKey : notnull
    {
        ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, key, out bool isKnown);
        if (!isKnown)
            place = places.Count - 1;
        return place;
    }

    private readonly record struct Row(int User, int Item, int Session, double Days);
}
