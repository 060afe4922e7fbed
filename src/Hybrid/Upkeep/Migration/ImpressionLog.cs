using Hybrid.Records;
using Microsoft.Extensions.Logging;

namespace Hybrid.Upkeep.Migration;

/// <summary>Writes what was shown into the records, behind the requests' backs: none waits for the disk.</summary>
/// <remarks>Bounded: what more than <see cref="MostWaiting"/> wait is dropped and counted, and so is what could not be written. Threads: every member may be
/// called concurrently, <see cref="DisposeAsync"/> last, which writes what waits.</remarks>
internal sealed class ImpressionLog(RecordStore records, ILogger<ImpressionLog> logger) : IAsyncDisposable
{
    public const int MostWaiting = 10_000;

    private readonly Lock _adding = new();
    private List<ImpressionRow> _waiting = [];
    private Task _writing = Task.CompletedTask;
    private long _dropped;

    public long Dropped => Volatile.Read(ref _dropped);

    public void Add(ImpressionRow row)
    {
        lock (_adding)
        {
            if (_waiting.Count >= MostWaiting)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }
            _waiting.Add(row);
            // One that writes takes all that wait when it has written what it has.
            if (_writing.IsCompleted)
                _writing = Task.Run(WriteAll);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task writing;
        lock (_adding)
            writing = _writing;
        await writing.ConfigureAwait(false);
    }

    private void WriteAll()
    {
        while (Take() is { Count: > 0 } rows)
        {
            try
            {
                records.AppendImpressions(rows);
            }
            catch (RecordsException e)
            {
                // Nobody is refused an answer because it could not be counted.
                Interlocked.Add(ref _dropped, rows.Count);
                logger.LogWarning(e, "{Count} impressions could not be written; {Dropped} are lost so far.", rows.Count, Dropped);
            }
        }
    }

    private List<ImpressionRow> Take()
    {
        lock (_adding)
        {
            List<ImpressionRow> rows = _waiting;
            _waiting = [];
            // Who adds from here on begins anew: this one ends.
            if (rows.Count == 0)
                _writing = Task.CompletedTask;
            return rows;
        }
    }
}
