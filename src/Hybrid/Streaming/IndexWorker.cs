using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Hybrid.Streaming;

/// <summary>Makes what has changed in the records searchable, one pass after another, for as long as there is something.</summary>
/// <remarks>
/// <para>It keeps no list of its own: the change log of the records is the queue, so that nothing is lost whatever ends the process, and what many callers or
/// other processes change meanwhile is one pass.</para>
/// <para>A pass that fails is repeated, later each time, at most <see cref="LongestWait"/>; status says why.</para>
/// <para>Threads: every member may be called concurrently. Disposing it ends the pass that runs between two chunks.</para>
/// </remarks>
internal sealed class IndexWorker : IAsyncDisposable
{
    private static readonly ActivitySource Stages = new("Hybrid.Streaming");
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30), Soon = TimeSpan.FromSeconds(1);

    private readonly LiveIndexOptions _options;
    private readonly Func<long> _lastChange;
    private readonly Func<long> _countWaiting;
    private readonly Func<CancellationToken, Task> _index;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _changed = new(1, 1);   // looks once at its start
    private readonly CancellationTokenSource _stopping = new();
    private readonly Meter _meter = new("Hybrid.Streaming");
    private readonly Task _running;
    private long _behindSince;   // a timestamp; 0: it is not behind
    private volatile string? _failure;

    /// <param name="lastChange">Another number after each change of an item, whoever makes it.</param>
    /// <param name="countWaiting">How many items the index does not have as the records do.</param>
    /// <param name="index">Makes the changes that there are searchable.</param>
    public IndexWorker(
        LiveIndexOptions options, Func<long> lastChange, Func<long> countWaiting, Func<CancellationToken, Task> index, TimeProvider clock, ILogger logger)
    {
        (_options, _lastChange, _countWaiting, _index, _clock, _logger) = (options, lastChange, countWaiting, index, clock, logger);
        _meter.CreateObservableGauge("hybrid.index.waiting", countWaiting, "{item}", "Items that were changed and are not indexed so yet.");
        _meter.CreateObservableGauge("hybrid.index.lag", () => Lag.TotalSeconds, "s", "How long ago the first of them was seen.");
        _meter.CreateObservableGauge("hybrid.index.failing", () => _failure is null ? 0 : 1, null, "1 while changed items cannot be indexed, 0 otherwise.");
        _running = Task.Run(RunAsync);
    }

    public LiveIndexStatus Status => new(_countWaiting(), Lag, _failure);

    private TimeSpan Lag => Volatile.Read(ref _behindSince) is not 0 and var since ? _clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Says that something has changed.</summary>
    public void Signal()
    {
        Interlocked.CompareExchange(ref _behindSince, _clock.GetTimestamp(), 0);
        try
        {
            if (_changed.CurrentCount == 0)
                _changed.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just said it.
        }
    }

    /// <exception cref="OverloadedException">More waits than may.</exception>
    public void ThrowIfOverloaded()
    {
        // As long as it keeps up nothing has to be counted.
        if (Volatile.Read(ref _behindSince) != 0 && _countWaiting() is var waiting && waiting >= _options.MostWaiting)
            throw new OverloadedException(string.Create(CultureInfo.InvariantCulture, $"{waiting:N0} changed items wait to be indexed"), Soon);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _meter.Dispose();
        _changed.Dispose();
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        TimeSpan pause = TimeSpan.Zero;
        long seen = -1;
        while (true)
        {
            try
            {
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, _clock, _stopping.Token).ConfigureAwait(false);
                await _changed.WaitAsync(_options.Interval, _stopping.Token).ConfigureAwait(false);
                long change = _lastChange();   // before the pass: what changes during it is for the next one
                if (change == seen)
                {
                    Volatile.Write(ref _behindSince, 0);
                    continue;
                }
                Interlocked.CompareExchange(ref _behindSince, _clock.GetTimestamp(), 0);
                using (Stages.StartActivity("index changes"))
                    await _index(_stopping.Token).ConfigureAwait(false);
                (seen, pause, _failure) = (change, TimeSpan.Zero, null);
                if (_lastChange() == change)
                    Volatile.Write(ref _behindSince, 0);
                else
                    Signal();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                if (_failure != e.Message)
                    _logger.LogWarning(e, "Changed items could not be indexed.");
                pause = pause == TimeSpan.Zero ? Soon : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestWait.Ticks));
                _failure = e.Message;
            }
        }
    }
}
