using Hybrid.Behavior;
using Hybrid.Vectors;

namespace Hybrid.Evaluation;

/// <summary>Judges vectors of items by sessions: of an item of a session, are the others of that session among the ten nearest?</summary>
/// <remarks>
/// With T the other items of the session and hit(r) whether rank r is one of them: Recall@10, hits among the first ten / |T|; NDCG@10, Σ hit(r)/log₂(r +
/// 1) over
/// the first ten, as a part of the best possible: as <see cref="Judge"/> has them. A session counts by the mean over its items (at most <see cref="MostItems"/>
/// of them, drawn), so that long ones weigh no more. Ranks by inner product, ties by row. Threads: immutable.
/// </remarks>
internal sealed class SessionNeighbors
{
    public const string Recall = "recall@10", Ndcg = "ndcg@10";

    /// <summary>Items of a session that are asked for, at most.</summary>
    public const int MostItems = 5;

    private const int Length = 10;

    private readonly int[][] _sessions;
    private readonly int[][] _asked;

    /// <param name="sessions">Each the rows of its items.</param>
    public SessionNeighbors(IEnumerable<IEnumerable<int>> sessions, ulong seed)
    {
        _sessions = [.. sessions.Select(session => session.Distinct().ToArray()).Where(session => session.Length >= 2)];
        var random = new SplitMix64(seed);
        _asked = [.. _sessions.Select(session => Drawn(session, ref random))];
    }

    /// <summary>Sessions of two different items or more, which are all that can be judged.</summary>
    public int Count => _sessions.Length;

    /// <summary>The score of each session, by metric.</summary>
    /// <param name="queries">[n × d]: the vectors that ask.</param>
    /// <param name="rows">[n × d]: those that are found.</param>
    public IReadOnlyDictionary<string, double[]> Scores(float[] queries, float[] rows, int d, CancellationToken cancellationToken)
    {
        double[] recalls = new double[Count], gains = new double[Count];
        Parallel.For(0, Count, new ParallelOptions { CancellationToken = cancellationToken }, session =>
        {
            HashSet<int> items = [.. _sessions[session]];
            foreach (int item in _asked[session])
            {
                (double recall, double gain) = ScoresOf(Nearest(queries.AsSpan(item * d, d), rows, item), items);
                recalls[session] += recall / _asked[session].Length;
                gains[session] += gain / _asked[session].Length;
            }
        });
        return new Dictionary<string, double[]> { [Recall] = recalls, [Ndcg] = gains };
    }

    private static (double Recall, double Ndcg) ScoresOf(int[] nearest, HashSet<int> items)
    {
        int others = items.Count - 1, hits = 0;
        double gain = 0, best = 0;
        for (int rank = 1; rank <= Length; rank++)
        {
            double weight = 1 / Math.Log2(rank + 1);
            best += rank <= others ? weight : 0;
            if (rank > nearest.Length || !items.Contains(nearest[rank - 1]))
                continue;
            hits++;
            gain += weight;
        }
        return ((double)hits / others, gain / best);
    }

    private static int[] Nearest(ReadOnlySpan<float> query, float[] rows, int self)
    {
        var best = new TopK<int>(Length);
        for (int row = 0; row < rows.Length / query.Length; row++)
        {
            float score = InnerProducts.Score(query, rows.AsSpan(row * query.Length, query.Length));
            if (score >= best.Threshold && row != self)
                best.Add(score, row);
        }
        return best.ToSortedArray((_, key) => key);
    }

    private static int[] Drawn(int[] session, ref SplitMix64 random)
    {
        int[] drawn = [.. session];
        int most = Math.Min(MostItems, drawn.Length);
        for (int i = 0; i < most; i++)
        {
            int other = i + random.Below(drawn.Length - i);
            (drawn[i], drawn[other]) = (drawn[other], drawn[i]);
        }
        return drawn[..most];
    }
}
