using System.Collections.Concurrent;
using System.Globalization;
using Hybrid.Vectors;

namespace Hybrid.Recommending.Sources;

/// <summary>What stood near the shared items in the sessions most like this one: V-SKNN, with the time and place of VSTAN.</summary>
/// <remarks>
/// <para>sim(s) = Σ over shared items of decay^(m−k)·idf, / length(s)^l · exp(−days between / λt); the K best, never the user's own; item j of s at place p
/// adds sim(s)·exp(−|p − p*| / λn)·(f if p is before p*)·idf(j)^e, p* the place of the newest shared item; idf = ln((N + 1) / (count + 1)).</para>
/// <para>Fitting counts only; an answer looks at <see cref="SessionKnnOptions.MostSessions"/> sessions for each item of the history.</para>
/// </remarks>
public sealed class SessionKnnSource : RecommendationSource
{
    private readonly SessionKnnOptions _options;
    private readonly TrainingLog _log;
    private readonly int[] _newestFirst;
    private readonly int[] _starts;
    private readonly double[] _idf;
    private readonly float[] _idfOfCandidates;
    private readonly double[] _days;
    private readonly ConcurrentBag<Scratch> _scratch = [];

    private SessionKnnSource(TrainingLog log, SessionKnnOptions options)
        : base(log.Codes)
    {
        _options = options;
        _log = log;
        int[] counts = log.CountItems();
        _idf = Array.ConvertAll(counts, count => Math.Log((log.Users.Count + 1.0) / (count + 1)));
        _idfOfCandidates = Array.ConvertAll(_idf, idf => (float)Math.Pow(idf, options.IdfExponent));
        _days = [.. Enumerable.Range(0, log.Users.Count).Select(user => log.DaysOf(user) is [.., double last] ? last : double.NaN)];
        (_starts, _newestFirst) = Newest(log, counts, _days, options.MostSessions);
    }

    public override string Name => "session-knn";

    public static SessionKnnSource Fit(TrainingLog log, SessionKnnOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        return new SessionKnnSource(log, options ?? new SessionKnnOptions());
    }

    internal override void Write(SourceFile.Writer file) => file.WriteOptions(_options);

    internal static SessionKnnSource Read(TrainingLog log, SourceFile.Reader file) => new(log, file.ReadOptions<SessionKnnOptions>());

    /// <summary>The newest sessions with each item.</summary>
    private static (int[] Starts, int[] Sessions) Newest(TrainingLog log, int[] counts, double[] days, int most)
    {
        int[] starts = new int[counts.Length + 1];
        for (int item = 0; item < counts.Length; item++)
            starts[item + 1] = starts[item] + Math.Min(most, counts[item]);
        int[] next = starts[..^1], sessions = new int[starts[^1]], newestFirst = [.. Enumerable.Range(0, days.Length)];
        // Those without a time come last, and among equals the later in the log first.
        Array.Sort(newestFirst, (a, b) => days[b].CompareTo(days[a]) is not 0 and var byTime ? byTime : b.CompareTo(a));
        foreach (int user in newestFirst)
        {
            foreach (int item in log[user])
            {
                if (next[item] < starts[item + 1])
                    sessions[next[item]++] = user;
            }
        }
        return (starts, sessions);
    }

    private protected override void AddScores(CodedQuery query, Span<float> scores)
    {
        foreach (Alike alike in FindAlike(query))
        {
            ReadOnlySpan<int> session = _log[alike.Session];
            for (int place = 0; place < session.Length; place++)
                scores[session[place]] += (float)(alike.Similarity * Near(place - alike.Place)) * _idfOfCandidates[session[place]];
        }
    }

    private double Near(int places) =>
        (_options.Nearness == 0 ? 1 : Math.Exp(-Math.Abs(places) / _options.Nearness)) * (places < 0 ? _options.Before : 1);

    /// <summary>The sessions most like a history, the most alike first.</summary>
    private Alike[] FindAlike(CodedQuery query)
    {
        if (!_scratch.TryTake(out Scratch? scratch))
            scratch = new Scratch(_log.Users.Count);
        int own = query.User is { } user ? _log.FindUser(user) : -1;
        foreach ((int item, float weight) in RecencyWeights.Of(query.History, _options.Decay))
        {
            double shared = weight * _idf[item];
            if (shared == 0)
                continue;   // what everybody has tells nobody apart
            foreach (int session in _newestFirst.AsSpan(_starts[item].._starts[item + 1]))
                scratch.Add(session, item, shared);
        }
        var best = new TopK<int>(_options.Neighbors);
        foreach (int session in scratch.Touched)
        {
            if (session == own)
                continue;
            double similarity = scratch[session].Similarity;
            if ((float)similarity < best.Threshold)
                continue;   // what follows makes it no greater, and asks memory that no cache has
            if (_options.LengthExponent > 0)
                similarity /= Math.Pow(_log[session].Length, _options.LengthExponent);
            double age = query.Days - _days[session];
            if (_options.Aging is { } aging && !double.IsNaN(age))
                similarity *= Math.Exp(-Math.Abs(age) / aging.TotalDays);
            best.Add((float)similarity, session);
        }
        Alike[] alike = best.ToSortedArray((score, key) => new Alike(key, score, _log[key].IndexOf(scratch[key].Newest)));
        scratch.Clear();
        _scratch.Add(scratch);
        return alike;
    }

    private protected override string Explain(CodedQuery query, int item)
    {
        int withIt = 0, next = 0;
        foreach (Alike alike in FindAlike(query))
        {
            int place = _log[alike.Session].IndexOf(item);
            withIt += place >= 0 ? 1 : 0;
            next += place > alike.Place ? 1 : 0;
        }
        int shoppers = next > 0 ? next : withIt;
        return string.Create(CultureInfo.InvariantCulture,
            $"{(shoppers == 1 ? "1 shopper" : $"{shoppers:N0} shoppers")} with a session like yours had it{(next > 0 ? " next" : "")}");
    }

    /// <param name="Place">Of the newest shared item, in that session.</param>
    private readonly record struct Alike(int Session, float Similarity, int Place);

    /// <summary>What one answer adds up; used again, as clearing it all would cost more than the answer.</summary>
    private sealed class Scratch(int sessions)
    {
        private readonly Shared[] _sessions = new Shared[sessions];

        public List<int> Touched { get; } = [];

        public Shared this[int session] => _sessions[session];

        /// <summary>Called with the newest item of the history first.</summary>
        public void Add(int session, int item, double shared)
        {
            ref Shared one = ref _sessions[session];
            if (one.Similarity == 0)
            {
                Touched.Add(session);
                one.Newest = item;
            }
            one.Similarity += shared;
        }

        public void Clear()
        {
            foreach (int session in Touched)
                _sessions[session].Similarity = 0;
            Touched.Clear();
        }
    }

    /// <summary>What a session has of a history; side by side, because each session lies elsewhere in memory.</summary>
    private struct Shared
    {
        public double Similarity;
        public int Newest;   // the newest shared item
    }
}
