using System.Diagnostics.Metrics;

namespace Hybrid;

/// <summary>Whether what an engine keeps its data in answers, as the metric hybrid.store.up: 1 where it does, 0 where it does not, by store.</summary>
/// <remarks>Whoever asks for the metric is told what was found last, and where that is older than <see cref="Interval"/> each store is asked
/// behind the answer's back: an engine that nobody watches asks nobody. Threads: every member may be called concurrently.</remarks>
internal sealed class StoreHealth : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5), LongestAnswer = TimeSpan.FromSeconds(5);

    private readonly (string Store, Func<CancellationToken, Task> Ask)[] _stores;
    private readonly int?[] _found;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private Task _asking = Task.CompletedTask;   // under _lock
    private long _asked;                         // likewise; a timestamp, 0: never

    /// <param name="stores">By the names that the metric has; asking fails where one does not answer.</param>
    public StoreHealth(Meter meter, params (string Store, Func<CancellationToken, Task> Ask)[] stores)
    {
        (_stores, _found) = (stores, new int?[stores.Length]);
        meter.CreateObservableGauge("hybrid.store.up", Read, null, "1 while a store answers, 0 while it does not; store is records, vectors or features.");
    }

    public async ValueTask DisposeAsync()
    {
        Task asking;
        lock (_lock)
            (asking, _asked) = (_asking, long.MaxValue);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await asking.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private List<Measurement<int>> Read()
    {
        lock (_lock)
        {
            if (_asked == 0 || (_asked != long.MaxValue && _asking.IsCompleted && TimeProvider.System.GetElapsedTime(_asked) > Interval))
            {
                _asked = TimeProvider.System.GetTimestamp();
                _asking = Task.Run(AskAsync);
            }
            var measured = new List<Measurement<int>>();
            for (int i = 0; i < _stores.Length; i++)
            {
                if (_found[i] is { } isUp)
                    measured.Add(new(isUp, new KeyValuePair<string, object?>("store", _stores[i].Store)));
            }
            return measured;
        }
    }

    private Task AskAsync() => Task.WhenAll(Enumerable.Range(0, _stores.Length).Select(async i =>
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        limit.CancelAfter(LongestAnswer);
        int isUp = 0;
        try
        {
            await _stores[i].Ask(limit.Token).ConfigureAwait(false);
            isUp = 1;
        }
        catch (Exception)
        {
            // Requests say why, to those who ask for something.
        }
        lock (_lock)
            _found[i] = isUp;
    }));
}
