using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Hybrid.Encoding;

/// <summary>What runs on a model's network: batches of many texts side by side, single texts alone or, where several come at once, together.</summary>
/// <remarks>
/// <para>A batch runs on one thread, as many at a time as the encoder has threads: two such runs on two cores do 1.1 (long texts) to 1.3 times (titles) as many
/// texts as one run of two threads, which have to wait for each other at each node of the graph; two runs over a session of two threads 1.0. A text that is
/// alone runs on all threads, in two thirds of the time that it takes on one. ONNX Runtime fixes a session's threads, so these are two sessions, each with its
/// own weights (55 MB with all-MiniLM-L6-v2): one is open from the beginning, the other when there is work enough for it. Whatever has no session of its own
/// runs on the other one, with the same vectors.</para>
/// <para>Single texts wait for a run that is under way, never for others to come: whoever comes while as many runs of single texts as there are threads are
/// under way joins the next, of up to <see cref="BatchTokens"/> tokens.</para>
/// <para>Threads: every member may be called concurrently; <see cref="Dispose"/> only when no run is left.</para>
/// </remarks>
/// <param name="network">The session that is open from the beginning.</param>
/// <param name="isWide">Whether it is the one of all threads, for texts that come alone, and not that of one thread, for batches.</param>
/// <param name="openOther">Opens the other one; null: its file is another one by now.</param>
internal sealed class NetworkRuns(EncoderNetwork network, bool isWide, int threads, Func<EncoderNetwork?> openOther, int dimension) : IDisposable
{
    /// <summary>Tokens of a batch, padding included: bounds the network's memory whatever the number and length of texts.</summary>
    public const int BatchTokens = 512;

    private static readonly UpDownCounter<long> Waiting = new Meter("Hybrid.Encoding").CreateUpDownCounter<long>(
        "hybrid.encoding.waiting", "{text}", "Single texts that wait for the network.");

    private readonly ConcurrentBag<NetworkBatch> _batches = [];
    private readonly SemaphoreSlim _slots = new(threads);
    private readonly SpareNetwork? _other = threads > 1 ? new(openOther) : null;
    private readonly Lock _gate = new();
    private readonly Queue<SingleText> _waiting = new();   // under _gate
    private int _singleRuns;    // runs of single texts that are under way, under _gate
    private long _texts, _runs;

    public int Threads => threads;

    /// <summary>The most texts that may run together.</summary>
    public int MostRows => network.MostRows;

    /// <summary>Texts that the network has run, and in how many runs.</summary>
    public (long Texts, long Runs) Counts => (Interlocked.Read(ref _texts), Interlocked.Read(ref _runs));

    /// <summary>Whether both sessions are open.</summary>
    public bool HasBoth => _other is { IsOpen: true };

    /// <summary>Runs one batch of many when a place is free.</summary>
    /// <param name="waits">Whether to wait for a place.</param>
    /// <param name="fill">Makes the batch; false: there is nothing left.</param>
    /// <param name="take">Gets the vectors.</param>
    /// <returns>Whether it ran.</returns>
    public bool TryRun(bool waits, Func<NetworkBatch, bool> fill, Action<NetworkBatch> take, CancellationToken cancellationToken)
    {
        if (waits)
            _slots.Wait(cancellationToken);
        else if (!_slots.Wait(0, CancellationToken.None))
            return false;
        try
        {
            NetworkBatch batch = Rent();
            bool isFilled = fill(batch);
            if (isFilled)
            {
                Run(batch, isAlone: false, opens: true, cancellationToken);
                take(batch);
            }
            Return(batch);
            return isFilled;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Encodes one text, with others that wait.</summary>
    /// <param name="vector">[d], overwritten.</param>
    public void Encode(ReadOnlySpan<int> ids, Span<float> vector, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SingleText? waiting = null;
        bool isAlone;
        lock (_gate)
        {
            isAlone = _singleRuns == 0;
            if (_singleRuns < threads)
                _singleRuns++;
            else
                _waiting.Enqueue(waiting = new SingleText(ids.ToArray(), new float[dimension]));
        }
        if (waiting is null)
        {
            RunAlone(ids, vector, isAlone, cancellationToken);
            return;
        }
        Waiting.Add(1);
        try
        {
            Await(waiting, vector, cancellationToken);
        }
        finally
        {
            Waiting.Add(-1);
        }
    }

    /// <inheritdoc cref="SpareNetwork.FreeUnused"/>
    public bool FreeUnused() => _other is not null && _other.FreeUnused();

    public void Dispose()
    {
        foreach (NetworkBatch batch in _batches)
            batch.Dispose();
        _slots.Dispose();
        _other?.Dispose();
        network.Dispose();
    }

    private void RunAlone(ReadOnlySpan<int> ids, Span<float> vector, bool isAlone, CancellationToken cancellationToken)
    {
        try
        {
            NetworkBatch batch = Rent();
            batch.Clear(1, ids.Length);
            batch.Put(0, ids);
            Run(batch, isAlone, opens: isAlone, cancellationToken);
            batch.VectorOf(0).CopyTo(vector);
            Return(batch);
        }
        finally
        {
            PassOn();
        }
    }

    private void Await(SingleText text, Span<float> vector, CancellationToken cancellationToken)
    {
        try
        {
            text.Wait(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            bool leads;
            lock (_gate)
            {
                text.IsAbandoned = true;
                leads = text.Together is not null;
            }
            // Whoever is to run it with others and goes leaves that to the next of them.
            if (leads)
                Handle(text);
            throw;
        }
        if (text.Together is not null)
            Handle(text);
        text.Failure?.Throw();
        text.Vector.CopyTo(vector);
    }

    /// <summary>Runs the texts that one of them was given to run.</summary>
    private void Handle(SingleText leader)
    {
        List<SingleText> together = leader.Together!;   // ! : it leads
        try
        {
            NetworkBatch batch = Rent();
            batch.Clear(together.Count, together.Max(text => text.Ids.Length));
            for (int row = 0; row < together.Count; row++)
                batch.Put(row, together[row].Ids);
            Run(batch, isAlone: false, opens: false, CancellationToken.None);
            for (int row = 0; row < together.Count; row++)
                batch.VectorOf(row).CopyTo(together[row].Vector);
            Return(batch);
        }
        catch (Exception e)
        {
            foreach (SingleText text in together)
                text.Failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            foreach (SingleText text in together)
            {
                if (text != leader)
                    text.Wake();
            }
            PassOn();
        }
    }

    /// <summary>Gives the place of a run that has ended to those who wait: the first of them runs the others with its own.</summary>
    private void PassOn()
    {
        SingleText? leader = null;
        lock (_gate)
        {
            List<SingleText> together = [];
            int width = 0;
            while (_waiting.TryPeek(out SingleText? next))
            {
                width = Math.Max(width, next.Ids.Length);
                if (together.Count > 0 && (together.Count >= MostRows || (together.Count + 1) * width > BatchTokens))
                    break;
                _waiting.Dequeue();
                if (!next.IsAbandoned)
                    together.Add(next);
            }
            if (together.Count > 0)
                (leader = together[0]).Together = together;
            else
                _singleRuns--;
        }
        leader?.Wake();
    }

    /// <param name="isAlone">Whether the session of all threads is the better one for it.</param>
    /// <param name="opens">Whether it is work to open that session for: of single texts that come together, and are to be answered soon, none waits for
    /// it.</param>
    private void Run(NetworkBatch batch, bool isAlone, bool opens, CancellationToken cancellationToken)
    {
        EncoderNetwork? other = isAlone == isWide ? null : _other?.Enter(opens);
        try
        {
            (other ?? network).Run(batch, cancellationToken);
        }
        finally
        {
            if (other is not null)
                _other!.Leave();   // ! : it is of it
        }
        Interlocked.Add(ref _texts, batch.Rows);
        Interlocked.Increment(ref _runs);
    }

    private NetworkBatch Rent() => _batches.TryTake(out NetworkBatch? batch) ? batch : new NetworkBatch(dimension);

    /// <remarks>What failed or was cancelled is not given back: the collector frees it.</remarks>
    private void Return(NetworkBatch batch)
    {
        if (batch.Options.Terminate)
            batch.Dispose();
        else
            _batches.Add(batch);
    }
}
