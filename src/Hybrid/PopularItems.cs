using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Records;

namespace Hybrid;

/// <summary>The items of the events, the most popular first, counted again as events come, but not at every request.</summary>
/// <remarks>Threads: every member may be called concurrently; one counts, and the others go on with the count before.</remarks>
internal sealed class PopularItems(RecordStore records, EventKinds kinds, int? mostEvents)
{
    /// <summary>A count is used for so many times as long as it took: a log of millions takes seconds, and grows with every request.</summary>
    private const int UsesPerCount = 20;

    /// <summary>A count that takes longer is made beside the requests: none of them waits for it but the first of all.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly Lock _counting = new();
    private Task _recount = Task.CompletedTask;   // under _counting
    private bool _isClosed;                       // likewise
    private volatile Counted? _last;

    public IReadOnlyList<ItemId> Read()
    {
        Counted? last = _last;
        if (last is null)
            _counting.Enter();
        else if (last.ChangedAt == State || IsYoung(last) || !_counting.TryEnter())
            return last.Items;
        try
        {
            if (last is null || last.Took <= LongestWait)
                return Count().Items;
            if (_recount.IsCompleted && !_isClosed)
                _recount = Task.Run(Count);
            return last.Items;
        }
        finally
        {
            _counting.Exit();
        }
    }

    /// <summary>Ends when nothing is counted any more.</summary>
    public async Task CloseAsync()
    {
        Task running;
        lock (_counting)
            (running, _isClosed) = (_recount, true);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);   // a count that failed is made again by whoever asks
    }

    private Counted Count()
    {
        (long, long) changed = State;
        long begin = TimeProvider.System.GetTimestamp();
        IReadOnlyList<ItemId> items = records.ReadPopular(kinds, mostEvents);
        var counted = new Counted(items, changed, TimeProvider.System.GetTimestamp(), TimeProvider.System.GetElapsedTime(begin));
        _last = counted;
        return counted;
    }

    // Events of a user who is erased may be the newest or not.
    private (long Newest, long Count) State => (records.LastEvent, records.EventCount);

    private static bool IsYoung(Counted last) => TimeProvider.System.GetElapsedTime(last.At) < UsesPerCount * last.Took;

    /// <param name="ChangedAt">The newest event, and how many there were, when this was counted.</param>
    private sealed record Counted(IReadOnlyList<ItemId> Items, (long, long) ChangedAt, long At, TimeSpan Took);
}
