using System.Globalization;

namespace Hybrid.Vectors;

/// <summary>Fits a map that leads queries of a new encoder into an old encoder's space, so that its vectors answer as the new ones would.</summary>
/// <remarks>
/// <para>A query is not to land where the old encoder would have put it: the old neighbours would come of that. It is to score the old vectors as it
/// scores the new ones. With W the least-squares map from old vectors to new ones (ridge, or of low rank), q · (x W) = (q Wᵀ) · x, so that queries are led
/// by Wᵀ; what the means add is the same for every x and changes no order. Of a rotation the transpose is the way back itself.</para>
/// <para>What it cannot do: the new vectors have length 1, and the led ones x W have not. Where W changes lengths much, cosines with the
/// new vectors are no products of the query with the old ones, whatever map the query takes.</para>
/// <para>No map at all, rotation, low rank and ridge are judged on pairs that they were not fitted on; the first of the best is taken, so that none is
/// worse there than no map. What is returned is fitted on all pairs. Equal input gives an equal map on the same machine.</para>
/// </remarks>
public static class QueryBridge
{
    /// <summary>Pairs that there have to be: single items are to be found by what is fitted on them.</summary>
    public const int LeastPairs = 5_000;

    private const int MostJudged = 2_000, MostNeighbors = 10_000, Neighbors = 10;

    private static readonly double[] Penalties = [0.001, 0.01, 0.1, 1];

    /// <param name="pairs">From the new encoder's vectors, the source, to the old encoder's of the same texts. Counts do not matter.</param>
    /// <exception cref="AlignmentException">There are fewer than <see cref="LeastPairs"/> pairs, or the best map finds less than the options ask for; the
    /// message has the numbers.</exception>
    public static (SpaceMap Map, BridgeReport Report) Fit(SpacePairs pairs, BridgeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        options ??= new BridgeOptions();
        if (pairs.Count < LeastPairs)
        {
            throw new AlignmentException(string.Create(CultureInfo.InvariantCulture,
                $"{pairs.Source} and {pairs.Target} share the vectors of {pairs.Count:N0} texts, and a bridge is fitted on {LeastPairs:N0} or more: "
                + $"give more texts."));
        }
        int[] held = [.. Enumerable.Range(0, pairs.Count).Where(IsHeld)];
        Sums fitted = new(pairs, pair => !IsHeld(pair), cancellationToken);
        var judge = new Judged(pairs, held, cancellationToken);
        BridgeCandidate? best = null;
        var candidates = new List<BridgeCandidate>();
        foreach ((SpaceMapKind kind, double? penalty, int? rank) in Choices(pairs))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var candidate = new BridgeCandidate(kind, penalty, rank, judge.Recall(fitted.Map(kind, penalty, rank)));
            candidates.Add(candidate);
            if (best is null || candidate.Recall > best.Recall)
                best = candidate;
        }
        var report = new BridgeReport(best!.Kind, pairs.Count, held.Length, best.Recall, candidates);   // ! : there are choices
        if (best.Recall < options.LeastRecall)
        {
            throw new AlignmentException(string.Create(CultureInfo.InvariantCulture,
                $"queries of {pairs.Source} cannot be led into {pairs.Target}: of the ten items that they find in their own space they would find "
                + $"{best.Recall:P1}, and {options.LeastRecall:P1} are asked for ({best.Kind} is the best map, over {pairs.Count:N0} texts)."));
        }
        return (new Sums(pairs, _ => true, cancellationToken).Map(best.Kind, best.Penalty, best.Rank), report);
    }

    private static bool IsHeld(int pair) => SpaceAlignment.FoldOf(pair) == 0;

    /// <summary>The simpler ones first.</summary>
    private static IEnumerable<(SpaceMapKind, double? Penalty, int? Rank)> Choices(SpacePairs pairs)
    {
        if (pairs.Source.Dimension == pairs.Target.Dimension)
            yield return (SpaceMapKind.None, null, null);
        yield return (SpaceMapKind.Rotation, null, null);
        int least = Math.Min(pairs.Source.Dimension, pairs.Target.Dimension);
        foreach (int rank in new[] { least / 4, least / 2 }.Where(rank => rank > 0))
            yield return (SpaceMapKind.LowRank, Penalties[1], rank);
        foreach (double penalty in Penalties)
            yield return (SpaceMapKind.Ridge, penalty, null);
    }

    /// <summary>What maps are fitted to: sums over some of the pairs.</summary>
    private sealed class Sums
    {
        private readonly SpacePairs _pairs;
        private readonly PairMoments _there, _back;

        public Sums(SpacePairs pairs, Func<int, bool> isIn, CancellationToken cancellationToken)
        {
            _pairs = pairs;
            (_there, _back) = (new(pairs.Source.Dimension, pairs.Target.Dimension), new(pairs.Target.Dimension, pairs.Source.Dimension));
            Parallel.Invoke(new ParallelOptions { CancellationToken = cancellationToken },
                () => Add(_there, (pair, to) => to.Add(pairs.SourceOf(pair), pairs.TargetOf(pair), 1)),
                () => Add(_back, (pair, to) => to.Add(pairs.TargetOf(pair), pairs.SourceOf(pair), 1)));

            void Add(PairMoments to, Action<int, PairMoments> add)
            {
                for (int pair = 0; pair < pairs.Count; pair++)
                {
                    if (pair % 256 == 0)
                        cancellationToken.ThrowIfCancellationRequested();
                    if (isIn(pair))
                        add(pair, to);
                }
            }
        }

        public SpaceMap Map(SpaceMapKind kind, double? penalty, int? rank)
        {
            int d = _pairs.Source.Dimension, t = _pairs.Target.Dimension;
            var matrix = new float[d * t];
            if (kind is SpaceMapKind.None or SpaceMapKind.Rotation)
            {
                double[]? rotation = kind == SpaceMapKind.None ? null : LinearFit.Rotation(_there, centre: true);
                int width = Math.Max(d, t);   // dimensions beyond the target's are zero in all that is asked
                for (int i = 0; i < d; i++)
                {
                    for (int j = 0; j < t; j++)
                        matrix[i * t + j] = rotation is null ? i == j ? 1 : 0 : (float)rotation[i * width + j];
                }
                return Make();
            }
            double[] back = LinearFit.Ridge(_back, penalty!.Value, centre: true);   // ! : both kinds that are left have one
            if (rank is { } kept)
                back = LinearFit.Reduced(back, LinearFit.Directions(_back, back, centre: true), kept, d);
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < t; j++)
                    matrix[i * t + j] = (float)back[j * d + i];
            }
            return Make();

            SpaceMap Make() => new(kind, _pairs.Source, _pairs.Target, matrix, new float[d], new float[t]);
        }
    }

    /// <summary>The held-out pairs, and what the new encoder finds among them.</summary>
    private sealed class Judged
    {
        private readonly SpacePairs _pairs;
        private readonly int[] _pool, _asked;
        private readonly int[][] _own;
        private readonly CancellationToken _cancellationToken;

        public Judged(SpacePairs pairs, int[] held, CancellationToken cancellationToken)
        {
            (_pairs, _cancellationToken) = (pairs, cancellationToken);
            _pool = [.. held.Take(MostNeighbors)];   // the folds are scattered
            _asked = [.. _pool.Take(MostJudged)];
            _own = new int[_asked.Length][];
            Each(i => _own[i] = Nearest(pairs.SourceOf(_asked[i]), pairs.SourceOf, _asked[i]));
        }

        public double Recall(SpaceMap map)
        {
            var shares = new double[_asked.Length];
            Each(i =>
            {
                var led = new float[map.Dimension];
                map.Apply(_pairs.SourceOf(_asked[i]), led);
                shares[i] = Nearest(led, _pairs.TargetOf, _asked[i]).Intersect(_own[i]).Count() / (double)_own[i].Length;
            });
            return shares.Average();
        }

        private int[] Nearest(ReadOnlySpan<float> query, VectorOf vectorOf, int self)
        {
            var best = new TopK<int>(Neighbors);
            foreach (int pair in _pool)
            {
                float score = InnerProducts.Score(query, vectorOf(pair));
                if (score >= best.Threshold && pair != self)
                    best.Add(score, pair);
            }
            return best.ToSortedArray((_, key) => key);
        }

        private void Each(Action<int> judge) => Parallel.For(0, _asked.Length, new ParallelOptions { CancellationToken = _cancellationToken }, judge);

        private delegate ReadOnlySpan<float> VectorOf(int pair);
    }
}
