namespace Hybrid.Upkeep.Migration;

/// <summary>Slows a backfill down as far as those who ask need it: with it their p95 stays within <see cref="MostSlowdown"/> times of what it is
/// without.</summary>
/// <remarks>
/// <para>A backfill works in slices and pauses between them. Requests that no slice ran beside say what the p95 is without one: measured in the same seconds,
/// so that a machine that is busy with something else slows nothing down. Where all requests together are slower than that allows, pauses grow twice as long
/// beside the work; where they are well within, they shrink by a fifth.</para>
/// <para>Seen is what this process answers, over ten seconds; with fewer than <see cref="Enough"/> requests nobody is spared. Threads: one backfill, and any
/// number of requests.</para>
/// </remarks>
internal sealed class BackfillThrottle(TimeProvider time)
{
    public const double MostSlowdown = 1.2;

    /// <summary>So many requests tell a p95.</summary>
    public const int Enough = 40;

    /// <summary>How long others are let in between two slices, whoever asks.</summary>
    public static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(60);

    private const int MostKept = 2_000;

    /// <summary>Where requests are within this, there is room for more work.</summary>
    private const double WellWithin = 1.1;

    private const double LeastGrowth = 0.25, MostGrowth = 64, Shrinking = 0.8;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<Seen> _seen = new();   // under _gate
    private volatile bool _isFilling, _isWorking;
    private int _slices;
    private double _pauses;   // length of the pauses, in lengths of the work before them

    private readonly record struct Seen(long At, double Milliseconds, bool IsBeside);

    /// <summary>A request as it began.</summary>
    /// <param name="At">0: nobody fills anything.</param>
    internal readonly record struct Request(long At, int Slices, bool IsBeside);

    /// <summary>Whether requests are measured: from the first slice to the end of the backfill.</summary>
    public bool IsFilling
    {
        get => _isFilling;
        set => _isFilling = value;
    }

    /// <summary>Whether somebody asks whose answers have to be spared.</summary>
    public bool IsAsked
    {
        get
        {
            lock (_gate)
            {
                Forget();
                return _seen.Count >= Enough;
            }
        }
    }

    /// <summary>How long pauses are beside the work; 0: as short as they may be.</summary>
    public double Pauses => Volatile.Read(ref _pauses);

    public Request Begin() => _isFilling ? new(time.GetTimestamp(), Volatile.Read(ref _slices), _isWorking) : default;

    public void End(Request request)
    {
        if (request.At == 0 || !_isFilling)
            return;
        bool isBeside = request.IsBeside || _isWorking || Volatile.Read(ref _slices) != request.Slices;
        long now = time.GetTimestamp();
        lock (_gate)
        {
            _seen.Enqueue(new(now, time.GetElapsedTime(request.At, now).TotalMilliseconds, isBeside));
            if (_seen.Count > MostKept)
                _seen.Dequeue();
        }
    }

    /// <summary>A slice of work begins.</summary>
    public void BeginSlice()
    {
        Interlocked.Increment(ref _slices);
        _isWorking = true;
    }

    /// <summary>It has ended.</summary>
    /// <param name="worked">How long it took.</param>
    /// <returns>How long to pause now.</returns>
    public TimeSpan EndSlice(TimeSpan worked)
    {
        _isWorking = false;
        TimeSpan pause = worked * Adapt();
        return pause > LeastPause ? pause : LeastPause;
    }

    /// <returns>How long the pause is, in lengths of the work.</returns>
    private double Adapt()
    {
        double[] all, alone;
        lock (_gate)
        {
            Forget();
            all = [.. _seen.Select(one => one.Milliseconds)];
            alone = [.. _seen.Where(one => !one.IsBeside).Select(one => one.Milliseconds)];
        }
        double pauses = _pauses;
        if (all.Length < Enough)
            pauses = 0;
        else if (alone.Length < Enough)
            return Math.Max(pauses, 1);   // not known yet what they would be without: that is measured first
        else if (P95(all) is var p95 && p95 > MostSlowdown * P95(alone))
            pauses = Math.Min(MostGrowth, Math.Max(LeastGrowth, 2 * pauses));
        else if (p95 < WellWithin * P95(alone))
            pauses = pauses * Shrinking < LeastGrowth / 2 ? 0 : pauses * Shrinking;
        Volatile.Write(ref _pauses, pauses);
        return pauses;
    }

    private void Forget()
    {
        long now = time.GetTimestamp();
        while (_seen.TryPeek(out Seen oldest) && time.GetElapsedTime(oldest.At, now) > Window)
            _seen.Dequeue();
    }

    private static double P95(double[] milliseconds)
    {
        Array.Sort(milliseconds);
        return milliseconds[(int)Math.Ceiling(0.95 * milliseconds.Length) - 1];
    }
}
