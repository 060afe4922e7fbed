using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid.Streaming;

/// <summary>What requests need to know of the events, from memory: what users did last, what is popular, how many events of each kind there are.</summary>
/// <remarks>
/// <para>It is never the truth: it follows the log of the records, whoever writes it, and an answer has every event that was acknowledged before the question.
/// To learn that nothing has happened takes some microseconds.</para>
/// <para>A user is read from the records when somebody asks for them, and kept while others are asked for less. Counts are made by one pass over the log when
/// they are first asked for; after an erasure, or an import in the place of all events, they are made again while the old ones are still used.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
internal sealed class FeatureStore(RecordStore records, EventKinds kinds, FeatureOptions options, TimeProvider clock) : IFeatureStore
{
    /// <summary>More new events than these, as an import brings them, are not followed one by one.</summary>
    private const int MostFollowed = 20_000;

    /// <summary>So many events of a user are read to know all items; of who has more only the newest are at hand.</summary>
    private const int MostRead = 5_000;

    /// <summary>So many ids are held once; then it begins anew.</summary>
    private const int MostItems = 200_000;

    /// <summary>A ranking is used for so many times as long as it took to make.</summary>
    private const int UsesPerRanking = 20;

    private readonly Lock _following = new();   // taken before _lock
    private readonly Lock _counting = new();    // taken before _following
    private readonly Lock _lock = new();
    private readonly RecentUsers _users = new(options.MostUsers);
    private readonly Dictionary<ItemId, ItemId> _items = [];   // under _lock
    private LogState? _state;       // written under both _following and _lock
    private long? _mark;            // likewise
    private EventCounts? _counts;   // likewise; of _state
    private bool _countsAreStale;   // likewise
    private Ranking? _ranking;      // likewise
    private long _late;             // likewise

    /// <summary>Users who are at hand.</summary>
    public int UserCount
    {
        get
        {
            lock (_lock)
                return _users.Count;
        }
    }

    /// <summary>Events that came later than <see cref="FeatureOptions.LateAfter"/>, since this was opened.</summary>
    public long LateEvents
    {
        get
        {
            lock (_lock)
                return _late;
        }
    }

    /// <summary>What a user's events say of the items; null where not all of them are at hand: the records know.</summary>
    public UserTaste? FindTaste(UserId user)
    {
        RecentEvents? recent = Read(user);
        return recent is { HasAllItems: true } ? recent.TasteOf(kinds, clock.GetUtcNow()) : null;
    }

    /// <exception cref="RecordsException">The records failed.</exception>
    ValueTask<RecentEvents?> IFeatureStore.FindAsync(UserId user, CancellationToken cancellationToken) => new(Read(user));

    ValueTask<IReadOnlyDictionary<string, long>> IFeatureStore.ReadKindsAsync(CancellationToken cancellationToken) => new(ReadKinds(cancellationToken));

    ValueTask<IReadOnlyList<ItemId>> IFeatureStore.ReadPopularAsync(CancellationToken cancellationToken) => new(ReadPopular());

    /// <summary>How many events of each kind there are.</summary>
    public IReadOnlyDictionary<string, long> ReadKinds(CancellationToken cancellationToken)
    {
        Count(cancellationToken);
        lock (_lock)
            return new SortedDictionary<string, long>(_counts!.Kinds.ToDictionary(), StringComparer.Ordinal);   // ! : they are counted
    }

    /// <summary>The items of the events, the most popular first, by what counts half after <see cref="FeatureOptions.PopularityHalfLife"/>.</summary>
    public IReadOnlyList<ItemId> ReadPopular()
    {
        Count(CancellationToken.None);
        lock (_lock)
        {
            // A ranking of all items takes milliseconds: not at each of thousands of events a second.
            if (_ranking is { } last && (last.State == _state || clock.GetElapsedTime(last.At) < UsesPerRanking * last.Took))
                return last.Items;
            long begin = clock.GetTimestamp();
            IReadOnlyList<ItemId> items = _counts!.Rank();   // ! : they are counted
            _ranking = new(items, _state, clock.GetTimestamp(), clock.GetElapsedTime(begin));
            return items;
        }
    }

    /// <summary>Takes over what the log has got since.</summary>
    public void Follow()
    {
        long? mark = records.ChangeMark;
        if (mark is not null && IsAt(mark))
            return;
        lock (_following)
        {
            mark = records.ChangeMark;   // before anything is read, so that a commit in between is noticed next time
            if (mark is not null && IsAt(mark))
                return;
            if (_state is not { } before)
            {
                LogState now = records.ReadLogState();
                lock (_lock)
                    (_state, _mark) = (now, mark);
                return;
            }
            (IReadOnlyList<LoggedEvent>? events, LogState state) = records.ReadEventsBehind(before.Last, MostFollowed);
            lock (_lock)
            {
                if (events is null || before.Events + events.Count != state.Events)
                    Forget();
                else
                    foreach (LoggedEvent logged in events)
                        Take(logged);
                (_state, _mark) = (state, mark);
            }
        }
    }

    private RecentEvents? Read(UserId user)
    {
        Follow();
        lock (_lock)
        {
            if (_users.Find(user) is { } known)
                return known;
        }
        int most = Math.Max(MostRead, options.HistoryLength);
        (IReadOnlyList<LoggedEvent>? events, LogState state) = records.ReadNewest(user, most + 1);
        if (events is null)
            return null;
        lock (_lock)
            events = [.. events.Select(Shared)];
        RecentEvents read = events.Count <= most ? RecentEvents.OfAll(events, options.HistoryLength, kinds, clock.GetUtcNow())
            : RecentEvents.Of(events, options.HistoryLength);
        lock (_lock)
        {
            // What has come meanwhile for this user would be missing for ever: then the next request reads again.
            if (_state is { } now && state.Last >= now.Last)
                _users.Put(user, read);
        }
        return read;
    }

    private bool IsAt(long? mark)
    {
        lock (_lock)
            return _state is not null && _mark == mark;
    }

    private void Forget()
    {
        _users.Clear();
        _countsAreStale = true;
    }

    private void Take(LoggedEvent logged)
    {
        Event happened = logged.Event;
        DateTimeOffset now = clock.GetUtcNow();
        _counts?.Add(happened.Item.Value, happened.Kind, happened.Time?.UtcTicks, now);
        if (now - happened.Time > options.LateAfter)
            _late++;
        if (logged.DependsOnCatalog)
            _users.Remove(happened.User);
        else
            _users.Change(happened.User, recent => recent.With(Shared(logged), kinds, now));
    }

    private LoggedEvent Shared(LoggedEvent logged)
    {
        ItemId item = logged.Event.Item;
        if (_items.TryGetValue(item, out ItemId known))
            return logged with { Event = logged.Event with { Item = known } };
        if (_items.Count >= MostItems)
            _items.Clear();
        _items[item] = item;
        return logged;
    }

    /// <summary>Sees to it that there are counts; who finds them old makes new ones, while others go on with the old ones.</summary>
    private void Count(CancellationToken cancellationToken)
    {
        Follow();
        bool areThere;
        lock (_lock)
        {
            areThere = _counts is not null;
            if (areThere && !_countsAreStale)
                return;
        }
        if (!areThere)
            _counting.Enter();
        else if (!_counting.TryEnter())
            return;
        try
        {
            lock (_lock)
            {
                if (_counts is not null && !_countsAreStale)
                    return;
            }
            DateTimeOffset now = clock.GetUtcNow();
            var counts = new EventCounts(kinds, options.PopularityHalfLife, now);
            LogState counted = records.ReadThrough((item, kind, ticks) => counts.Add(item, kind, ticks, now), cancellationToken);
            lock (_following)
            {
                Follow();   // for the users, who are then not behind the counts
                // What the counts have not is followed from there once more: users know what they have seen.
                lock (_lock)
                    (_counts, _countsAreStale, _ranking, _state, _mark) = (counts, false, null, counted, null);
            }
        }
        finally
        {
            _counting.Exit();
        }
        Follow();
    }

    private sealed record Ranking(IReadOnlyList<ItemId> Items, LogState? State, long At, TimeSpan Took);
}
