using System.Diagnostics;
using System.Globalization;
using Hybrid.Behavior;
using Hybrid.Records;

namespace Hybrid.Streaming;

/// <summary>Writes the events of many callers, those that come while one transaction is written together in the next one.</summary>
/// <remarks>
/// <para>Nobody waits for others to come: who comes while nothing is written is written at once. So the group grows with the load and by itself: at one caller
/// a transaction has one call, at a thousand what came while the disk was busy.</para>
/// <para>A call is whole: all of its events are in one transaction. It ends when they are on the disk. Calls are written in the order in which they
/// came.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
/// <param name="committed">Called after each transaction, before its callers learn of it; must not throw.</param>
internal sealed class EventCommits(RecordStore records, Action committed)
{
    /// <summary>How many events a transaction has at most, unless one call has more: others read the file between two, and the callers wait no longer than
    /// this takes.</summary>
    private const int MostPerCommit = 5_000;

    /// <summary>How many may wait: a few seconds of what a disk takes.</summary>
    public const int MostWaiting = 100_000;

    private static readonly ActivitySource Stages = new("Hybrid.Streaming");

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<Call> _calls = [];
    private int _waiting;
    private bool _isWriting;

    /// <summary>Events that wait to be written.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting;
        }
    }

    /// <summary>Writes events; they are on the disk when the task completes.</summary>
    /// <returns>Of each whether it was new: false where its id is there already.</returns>
    /// <exception cref="ArgumentException">An event has no user or no item; nothing was written.</exception>
    /// <exception cref="OverloadedException">Too many wait already.</exception>
    /// <exception cref="RecordsException">The records failed; nothing of this call was written.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before its transaction began; nothing was written.</exception>
    public Task<IReadOnlyList<bool>> AppendAsync(IReadOnlyList<Event> events, CancellationToken cancellationToken)
    {
        foreach (Event happened in events)
            RecordStore.ThrowIfIncomplete(happened);
        cancellationToken.ThrowIfCancellationRequested();
        if (events.Count == 0)
            return Task.FromResult<IReadOnlyList<bool>>([]);
        var call = new Call(events, cancellationToken);
        lock (_lock)
        {
            // A call that is larger than all that may wait is taken where nothing waits.
            if (_waiting > 0 && _waiting + events.Count > MostWaiting)
                throw new OverloadedException(string.Create(CultureInfo.InvariantCulture, $"{_waiting:N0} events wait to be written"), Soon);
            _calls.Enqueue(call);
            _waiting += events.Count;
            if (!_isWriting)
            {
                _isWriting = true;
                _ = Task.Run(WriteAsync, CancellationToken.None);   // it fails nobody but its callers, who learn of it
            }
        }
        return call.Done.Task;
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            var group = new List<Call>();
            lock (_lock)
            {
                for (int events = 0; _calls.TryPeek(out Call? next) && (events == 0 || events + next.Events.Count <= MostPerCommit);)
                {
                    _calls.Dequeue();
                    _waiting -= next.Events.Count;
                    if (next.CancellationToken.IsCancellationRequested)
                    {
                        next.Done.SetCanceled(next.CancellationToken);
                        continue;
                    }
                    group.Add(next);
                    events += next.Events.Count;
                }
                if (group.Count == 0 && _calls.Count == 0)
                {
                    _isWriting = false;
                    return;
                }
            }
            if (group.Count > 0)
                await CommitAsync(group).ConfigureAwait(false);
        }
    }

    private async Task CommitAsync(List<Call> group)
    {
        try
        {
            Event[] events = [.. group.SelectMany(call => call.Events)];
            using Activity? stage = Stages.StartActivity("commit events");
            stage?.SetTag("hybrid.calls", group.Count).SetTag("hybrid.events", events.Length);
            IReadOnlyList<bool> added = await records.AppendAsync(events, CancellationToken.None).ConfigureAwait(false);
            committed();
            int next = 0;
            foreach (Call call in group)
            {
                bool[] own = new bool[call.Events.Count];
                for (int i = 0; i < own.Length; i++)
                    own[i] = added[next++];
                call.Done.SetResult(own);
            }
        }
        catch (RecordsException e) when (!e.IsTransient && group.Count > 1)
        {
            // One of them may be at fault: the others are not to pay for it.
            foreach (Call call in group)
                await CommitAsync([call]).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            foreach (Call call in group)
                call.Done.TrySetException(e);
        }
    }

    private sealed record Call(IReadOnlyList<Event> Events, CancellationToken CancellationToken)
    {
        public TaskCompletionSource<IReadOnlyList<bool>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
