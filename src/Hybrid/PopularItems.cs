using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid;

/// <summary>The items of the events, the most popular first: counted once, and then changed by what comes, but not at every request.</summary>
/// <remarks>Threads: every member may be called concurrently; one counts, and the others go on with the count before.</remarks>
internal sealed class PopularItems(RecordStore records, EventKinds kinds, int? mostEvents)
{
    /// <summary>A count is used for so many times as long as it took: it costs a twentieth of a core at most.</summary>
    private const int UsesPerCount = 20;

    /// <summary>More new events than these are not followed one by one: all are counted again.</summary>
    private const int MostFollowed = 20_000;

    /// <summary>Where users are left out because they have too many events, all are counted again when the log is longer by one part in so many: others may
    /// belong to them by then, or they may not.</summary>
    private const int GrowthPerCount = 10;

    /// <summary>What takes longer is done beside the requests: none of them waits for it but the first of all.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(10);

    private readonly Lock _counting = new();
    private Task _recount = Task.CompletedTask;   // under _counting
    private bool _isClosed;                       // likewise
    private volatile Counted? _last;

    public IReadOnlyList<ItemId> Read()
    {
        Counted? last = _last;
        if (last is null)
            _counting.Enter();
        else if ((last.Mark is { } mark && mark == records.ChangeMark) || IsYoung(last) || !_counting.TryEnter())
            return last.Ranking.Items;
        try
        {
            last = _last;   // somebody may have counted since
            if (last is null)
                return Count(null).Ranking.Items;
            if (last.Took <= LongestWait)
                return Count(last).Ranking.Items;
            if (_recount.IsCompleted && !_isClosed)
                _recount = Task.Run(() => Count(last));
            return last.Ranking.Items;
        }
        finally
        {
            _counting.Exit();
        }
    }

    /// <summary>How many users an item has, by the last count; 0: nobody has touched it.</summary>
    public long UsersOf(ItemId item)
    {
        if (_last is null)
            Read();
        return _last!.Ranking.UsersOf(item);   // ! : it was just counted
    }

    /// <summary>Ends when nothing is counted any more.</summary>
    public async Task CloseAsync()
    {
        Task running;
        lock (_counting)
            (running, _isClosed) = (_recount, true);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // a count that failed is made again by whoever asks
    }

    private Counted Count(Counted? last)
    {
        long? mark = records.ChangeMark;   // before anything is read, so that a commit in between is noticed next time
        long begin = TimeProvider.System.GetTimestamp();
        Counted counted = last is not null && Follow(last) is { } followed ? followed : CountAll();
        counted = counted with { Mark = mark, At = TimeProvider.System.GetTimestamp(), Took = TimeProvider.System.GetElapsedTime(begin) };
        _last = counted;
        return counted;
    }

    private Counted CountAll()
    {
        UserCounts users = records.CountUsers(kinds, mostEvents);
        // The ranking has the counts from here on.
        return new(new ItemRanking(users.Users), users with { Users = new Dictionary<string, long>() }, users.State.Events);
    }

    private Counted? Follow(Counted last)
    {
        if (last.Users.Busy.Count > 0 && mostEvents is null && last.Users.State.Events > last.WholeAt + last.WholeAt / GrowthPerCount)
            return null;
        return records.ReadUserChanges(last.Users, kinds, mostEvents, MostFollowed) is { } since
            ? last with { Ranking = last.Ranking.With(since.Changes), Users = last.Users with { State = since.State } }
            : null;
    }

    private static bool IsYoung(Counted last) => TimeProvider.System.GetElapsedTime(last.At) < UsesPerCount * last.Took;

    /// <param name="Users">Who was left out, and how far the log had come.</param>
    /// <param name="WholeAt">How many events there were when all were counted.</param>
    private sealed record Counted(ItemRanking Ranking, UserCounts Users, long WholeAt)
    {
        public long? Mark { get; init; }

        public long At { get; init; }

        public TimeSpan Took { get; init; }
    }
}
