using System.Diagnostics;
using System.Threading.Channels;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Recommending;
using Hybrid.Records;
using Microsoft.Extensions.Logging;

namespace Hybrid.Upkeep.Migration;

/// <summary>Asks both sides of a migration some of the live requests once more, behind the answer's back, and notes how they differ.</summary>
/// <remarks>
/// <para>Who asked has been answered. Both sides are asked here, in random order, so that their times compare: what comes second finds warm what both
/// need.</para>
/// <para>Bounded: what more than <see cref="ShadowOptions.MostWaiting"/> wait, or cannot be asked or written, is dropped and counted. Threads: every member may
/// be called concurrently, <see cref="DisposeAsync"/> last, which asks nothing any more and writes what was answered.</para>
/// </remarks>
/// <param name="users">How many users an item has.</param>
/// <param name="isOff">Asked before each: whether to drop it, as while the migration is paused.</param>
internal sealed class ShadowQueue(
    ShadowOptions options, RecordStore records, Func<string, bool> isOff, Func<ItemId, long> users, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int WrittenTogether = 64, Compared = 10;

    private readonly Channel<Shadow> _waiting = Channel.CreateBounded<Shadow>(
        new BoundedChannelOptions(options.MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Lock _drawing = new();
    private SplitMix64 _random = new((ulong)options.Seed);   // under _drawing
    private readonly CancellationTokenSource _stopping = new();
    private Task? _asking;   // under _drawing
    private long _dropped, _asked;

    /// <summary>A request that is asked of both sides.</summary>
    /// <param name="Migration">Its name.</param>
    /// <param name="Stratum">As of <see cref="ShadowRow"/>.</param>
    /// <param name="Ask">Asks one side: what it answers, best first, with scores.</param>
    internal sealed record Shadow(string Migration, string Stratum, Func<Variant, CancellationToken, Task<IReadOnlyList<(ItemId Item, double Score)>>> Ask);

    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>How many both sides were asked.</summary>
    public long Asked => Volatile.Read(ref _asked);

    /// <summary>Draws whether a request is asked of both sides.</summary>
    public bool IsDrawn()
    {
        if (options.Share == 0)
            return false;
        lock (_drawing)
            return _random.NextSingle() < options.Share;
    }

    /// <summary>Has it asked some time later; nobody waits.</summary>
    public void Offer(Shadow shadow)
    {
        if (!_waiting.Writer.TryWrite(shadow))
        {
            Interlocked.Increment(ref _dropped);
            return;
        }
        lock (_drawing)
            _asking ??= Task.Run(AskAllAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task? asking;
        lock (_drawing)
            asking = _asking;
        if (asking is not null)
            await asking.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task AskAllAsync()
    {
        var answered = new List<ShadowRow>(WrittenTogether);
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(_stopping.Token).ConfigureAwait(false))
            {
                while (_waiting.Reader.TryRead(out Shadow? shadow))
                {
                    long began = time.GetTimestamp();
                    if (isOff(shadow.Migration))
                        Interlocked.Increment(ref _dropped);
                    else if (await CompareAsync(shadow).ConfigureAwait(false) is { } row)
                        answered.Add(row);
                    if (answered.Count >= WrittenTogether)
                        Write(answered);
                    TimeSpan worked = time.GetElapsedTime(began);
                    if (options.Budget < 1)
                        await Task.Delay(worked * ((1 / options.Budget) - 1), time, _stopping.Token).ConfigureAwait(false);
                }
                Write(answered);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // What waits is nobody's loss.
        }
        finally
        {
            Write(answered);
        }
    }

    /// <returns>Null where one side failed.</returns>
    private async Task<ShadowRow?> CompareAsync(Shadow shadow)
    {
        bool oldFirst;
        lock (_drawing)
            oldFirst = _random.Below(2) == 0;
        try
        {
            (IReadOnlyList<(ItemId Item, double Score)> Found, double Time) first = await AskAsync(oldFirst ? Variant.Old : Variant.New).ConfigureAwait(false);
            (IReadOnlyList<(ItemId Item, double Score)> Found, double Time) second = await AskAsync(oldFirst ? Variant.New : Variant.Old).ConfigureAwait(false);
            (var old, var made) = oldFirst ? (first, second) : (second, first);
            Interlocked.Increment(ref _asked);
            return new ShadowRow(shadow.Migration, time.GetUtcNow(), shadow.Stratum,
                RankOverlap.At([.. old.Found.Select(one => one.Item)], [.. made.Found.Select(one => one.Item)], Compared),
                RankOverlap.Tied(old.Found, made.Found),
                old.Found.Count > 0 && made.Found.Count > 0 ? made.Found[0].Score - old.Found[0].Score : null, old.Time, made.Time,
                old.Found.Count > 0 ? PopularityBand.Of(users(old.Found[0].Item)) : null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The other side may be away, or gone: nobody who asked is to know of it.
            Interlocked.Increment(ref _dropped);
            logger.LogDebug(e, "A request could not be asked of both sides of {Migration}.", shadow.Migration);
            return null;
        }

        async Task<(IReadOnlyList<(ItemId Item, double Score)>, double)> AskAsync(Variant side)
        {
            long began = Stopwatch.GetTimestamp();
            IReadOnlyList<(ItemId Item, double Score)> found = await shadow.Ask(side, _stopping.Token).ConfigureAwait(false);
            return (found, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private void Write(List<ShadowRow> rows)
    {
        if (rows.Count == 0)
            return;
        try
        {
            records.AppendShadows(rows);
        }
        catch (RecordsException e)
        {
            Interlocked.Add(ref _dropped, rows.Count);
            logger.LogWarning(e, "{Count} comparisons of live requests could not be written.", rows.Count);
        }
        rows.Clear();
    }
}
