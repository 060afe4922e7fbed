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

    private readonly Lock _counting = new();
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
            (long, long) changed = State;
            long begin = TimeProvider.System.GetTimestamp();
            IReadOnlyList<ItemId> items = records.ReadPopular(kinds, mostEvents);
            _last = new(items, changed, TimeProvider.System.GetTimestamp(), TimeProvider.System.GetElapsedTime(begin));
            return items;
        }
        finally
        {
            _counting.Exit();
        }
    }

    // Events of a user who is erased may be the newest or not.
    private (long Newest, long Count) State => (records.LastEvent, records.EventCount);

    private static bool IsYoung(Counted last) => TimeProvider.System.GetElapsedTime(last.At) < UsesPerCount * last.Took;

    /// <param name="ChangedAt">The newest event, and how many there were, when this was counted.</param>
    private sealed record Counted(IReadOnlyList<ItemId> Items, (long, long) ChangedAt, long At, TimeSpan Took);
}
