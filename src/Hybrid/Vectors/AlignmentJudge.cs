using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Judges maps between two spaces by pairs that they were not fitted on.</summary>
internal sealed class AlignmentJudge
{
    private const int MostJudged = 2_000, MostNeighbors = 10_000, Neighbors = 10;

    private static readonly (string Name, long Most)[] Bands = [("tail", 5), ("mid", 50), ("head", long.MaxValue)];

    private readonly SpacePairs _pairs;
    private readonly CancellationToken _cancellationToken;
    private readonly int[] _pool;
    private readonly int[] _judged;
    private readonly float[] _targetMean;
    private readonly float[] _targets;
    private readonly int[][] _nearest;
    private readonly double[] _sharedAnyway;

    public AlignmentJudge(SpacePairs pairs, CancellationToken cancellationToken)
    {
        _pairs = pairs;
        _cancellationToken = cancellationToken;
        _pool = Spread(pairs.Count, MostNeighbors);
        _judged = Spread(_pool.Length, MostJudged);   // places in the pool
        (_targets, _targetMean) = Centred(pairs.TargetOf, pairs.Target.Dimension);
        (float[] sources, _) = Centred(pairs.SourceOf, pairs.Source.Dimension);
        _nearest = new int[_judged.Length][];
        _sharedAnyway = new double[_judged.Length];
        int d = pairs.Source.Dimension, t = pairs.Target.Dimension;
        ForEachJudged((j, place) =>
        {
            _nearest[j] = Nearest(_targets, _targets.AsSpan(place * t, t), place);
            _sharedAnyway[j] = Overlap(_nearest[j], Nearest(sources, sources.AsSpan(place * d, d), place));
        });
    }

    /// <param name="maps">One for each fold, fitted without it.</param>
    public AlignmentReport Judge(SpaceMapKind kind, double? penalty, int? rank, SpaceMap[] maps)
    {
        var errors = new double[_judged.Length];
        var spreads = new double[_judged.Length];
        var agreements = new double[_judged.Length];
        int t = _pairs.Target.Dimension, width = maps[0].Dimension;
        ForEachJudged((j, place) =>
        {
            int pair = _pool[place];
            Span<float> mapped = new float[width], wide = new float[width];
            maps[SpaceAlignment.FoldOf(pair)].Apply(_pairs.SourceOf(pair), mapped);
            _pairs.TargetOf(pair).CopyTo(wide);
            double weight = _pairs.Weight(pair);
            double error = TensorPrimitives.Distance<float>(mapped, wide);
            _targetMean.CopyTo(wide);
            double spread = TensorPrimitives.Distance(_pairs.TargetOf(pair), wide[..t]);
            (errors[j], spreads[j]) = (weight * error * error, weight * spread * spread);
            // Dimensions beyond the target's are zero in all it is compared with.
            TensorPrimitives.Subtract(mapped[..t], _targetMean, mapped[..t]);
            agreements[j] = Overlap(_nearest[j], Nearest(_targets, mapped[..t], place));
        });
        int[] all = [.. Enumerable.Range(0, _judged.Length)];
        return new AlignmentReport(kind, _pairs.Count, _judged.Length, Residual(all), Mean(agreements, all), Mean(_sharedAnyway, all),
            Math.Min(1, (double)Neighbors / (_pool.Length - 1)), penalty, rank, [.. BandsOf()]);

        double Residual(int[] some) => some.Sum(j => errors[j]) / Math.Max(some.Sum(j => spreads[j]), double.Epsilon);

        IEnumerable<AlignmentBand> BandsOf()
        {
            long least = 1;
            foreach ((string name, long most) in _pairs.Counts is null ? [] : Bands)
            {
                long from = least;
                int[] some = [.. all.Where(j => _pairs.Counts![_pool[_judged[j]]] is var count && count >= from && count <= most)];   // ! : seen above
                if (some.Length > 0)
                    yield return new AlignmentBand(name, some.Length, Residual(some), Mean(agreements, some), Mean(_sharedAnyway, some));
                least = most == long.MaxValue ? most : most + 1;
            }
        }
    }

    private static double Mean(double[] values, int[] some) => some.Average(j => values[j]);

    /// <summary>At most so many of n, evenly spread.</summary>
    private static int[] Spread(int n, int most) =>
        n <= most ? [.. Enumerable.Range(0, n)] : [.. Enumerable.Range(0, most).Select(i => (int)((long)i * n / most))];

    private static double Overlap(int[] a, int[] b) => a.Intersect(b).Count() / (double)Neighbors;

    /// <summary>The pool's vectors without their mean, at length 1; those that are the mean are zeros.</summary>
    private (float[] Unit, float[] Mean) Centred(VectorOf vectorOf, int d)
    {
        var mean = new double[d];
        double weights = 0;
        foreach (int pair in _pool)
        {
            ReadOnlySpan<float> vector = vectorOf(pair);
            double weight = _pairs.Weight(pair);
            weights += weight;
            for (int i = 0; i < d; i++)
                mean[i] += weight * vector[i];
        }
        float[] centre = Array.ConvertAll(mean, sum => (float)(sum / weights));
        var unit = new float[_pool.Length * d];
        for (int place = 0; place < _pool.Length; place++)
            UnitVector.Centre(vectorOf(_pool[place]), centre, unit.AsSpan(place * d, d));
        return (unit, centre);
    }

    /// <summary>The places with the largest products, without one's own; the query's length does not matter.</summary>
    private static int[] Nearest(float[] rows, ReadOnlySpan<float> query, int self)
    {
        var best = new TopK<int>(Neighbors);
        for (int place = 0; place < rows.Length / query.Length; place++)
        {
            float score = InnerProducts.Score(query, rows.AsSpan(place * query.Length, query.Length));
            if (score >= best.Threshold && place != self)
                best.Add(score, place);
        }
        return best.ToSortedArray((_, key) => key);
    }

    private void ForEachJudged(Action<int, int> judge) =>
        Parallel.For(0, _judged.Length, new ParallelOptions { CancellationToken = _cancellationToken }, j => judge(j, _judged[j]));

    private delegate ReadOnlySpan<float> VectorOf(int pair);
}
