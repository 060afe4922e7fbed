using System.Collections.Concurrent;

namespace Hybrid.Milvus.Client;

/// <summary>What this client wrote last in each collection: what a read of session consistency has to see.</summary>
internal sealed class WriteTimes(TimeProvider clock)
{
    /// <summary>Of which time a read must be, as the servers' own clients say it.</summary>
    public const ulong Newest = 0, AnyTime = 1, SomeSecondsAgo = 2;

    // Twice what a server's bounded reads may be behind (5 s unless it is told otherwise), for clocks that differ.
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Entry> _collections = new(StringComparer.Ordinal);

    /// <summary>Now, for <see cref="Note"/>.</summary>
    public long Start() => clock.GetTimestamp();

    /// <param name="started">When the write began here.</param>
    /// <param name="time">The server's time of it; 0 where it does not say (Milvus 2.3 of deletes, milvus-lite of all).</param>
    public void Note(string collection, long started, ulong time) => _collections.AddOrUpdate(collection,
        static (_, write) => default(Entry).With(write), static (_, entry, write) => entry.With(write), (started, time, ended: clock.GetTimestamp()));

    public void Forget(string collection) => _collections.TryRemove(collection, out _);

    /// <summary>The time of which a read must be to see all that was noted.</summary>
    public ulong GuaranteeOf(string collection)
    {
        if (!_collections.TryGetValue(collection, out Entry last))
            return AnyTime;
        if (last.Untimed == 0)
            return last.Time;
        return clock.GetElapsedTime(last.Untimed) < Bound ? Newest : Math.Max(last.Time, SomeSecondsAgo);
    }

    /// <param name="Time">The newest that is known.</param>
    /// <param name="Untimed">When the last write of no known time ended here; 0 where a later one has a time.</param>
    private readonly record struct Entry(ulong Time, long Untimed)
    {
        public Entry With((long Started, ulong Time, long Ended) write)
        {
            if (write.Time == 0)
                return this with { Untimed = write.Ended };
            // It is of a later time only than what had ended when it began.
            return new Entry(Math.Max(Time, write.Time), write.Started >= Untimed ? 0 : Untimed);
        }
    }
}
