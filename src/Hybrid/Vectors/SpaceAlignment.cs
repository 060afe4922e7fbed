using System.Globalization;

namespace Hybrid.Vectors;

/// <summary>Fits maps from one vector space into another on what both have, and says how good they are.</summary>
/// <remarks>
/// <para>Pairs weigh min(count, 50). Every figure is of pairs that the map it judges was not fitted on: five folds, the map that is returned is fitted on all.
/// A penalty, a rank, and with <see cref="SpaceMapKind.Auto"/> the kind are chosen by those same figures, which are better by that choice than they would be on
/// others, by a little.</para>
/// <para>Neighbours are looked for among at most 10,000 pairs. Equal input gives an equal map on the same machine.</para>
/// </remarks>
public static class SpaceAlignment
{
    /// <summary>Fewer pairs say nothing of a space of some dozens of dimensions.</summary>
    public const int LeastPairs = 200;

    internal const int Folds = 5;

    private static readonly double[] Penalties = [0.01, 0.1, 1, 10, 100];

    /// <summary>A map, and how well it does.</summary>
    /// <exception cref="AlignmentException">There are fewer pairs than the options ask for, or the map agrees with the true neighbours less than they ask
    /// for, or less than twice as often as chance; the message has the numbers.</exception>
    /// <exception cref="ArgumentException">The options ask for vectors as they are, and the dimensions differ.</exception>
    public static (SpaceMap Map, AlignmentReport Report) Fit(SpacePairs pairs, AlignmentOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        options ??= new AlignmentOptions();
        if (options.Kind == SpaceMapKind.None && pairs.Source.Dimension != pairs.Target.Dimension)
        {
            throw new ArgumentException(
                $"Vectors of {pairs.Source.Dimension} floats are none of a space of {pairs.Target.Dimension}: choose another map.", nameof(options));
        }
        if (pairs.Count < options.LeastPairs)
        {
            throw new AlignmentException(string.Create(CultureInfo.InvariantCulture,
                $"{pairs.Source} and {pairs.Target} share {pairs.Count:N0} vectors, and a map is fitted on {options.LeastPairs:N0} or more: "
                + $"share more of them."));
        }

        PairMoments[] folds = FoldMoments(pairs, cancellationToken);
        var judge = new AlignmentJudge(pairs, cancellationToken);
        AlignmentReport? best = null;
        foreach (SpaceMapKind kind in KindsOf(pairs, options.Kind))
        {
            foreach (AlignmentReport report in Candidates(kind, pairs, folds, options, judge))
            {
                cancellationToken.ThrowIfCancellationRequested();
                // Of a kind, the smallest residual: agreement moves in steps. Between kinds agreement, which is what a map is for.
                if (best is null || (report.Kind == best.Kind ? report.Residual < best.Residual : report.Agreement > best.Agreement))
                    best = report;
            }
        }
        AlignmentReport chosen = best!;   // ! : every kind has a candidate
        if (chosen.Agreement < 2 * chosen.Chance || chosen.Agreement < options.LeastAgreement)
        {
            double least = Math.Max(2 * chosen.Chance, options.LeastAgreement);
            throw new AlignmentException(string.Create(CultureInfo.InvariantCulture,
                $"{pairs.Source} cannot be led into {pairs.Target}: of ten neighbours {chosen.Agreement:P1} are the true ones, and {least:P1} are asked for "
                + $"(chance has {chosen.Chance:P1}; {chosen.Kind}, residual {chosen.Residual:F3}, {chosen.Shared:N0} shared vectors)."), chosen);
        }
        return (Map(pairs, PairMoments.Sum(folds), chosen, options.Centre), chosen);
    }

    private static IEnumerable<SpaceMapKind> KindsOf(SpacePairs pairs, SpaceMapKind kind) => kind != SpaceMapKind.Auto ? [kind]
        : pairs.Source.Dimension == pairs.Target.Dimension
            ? [SpaceMapKind.None, SpaceMapKind.Rotation, SpaceMapKind.Ridge, SpaceMapKind.LowRank]
            : [SpaceMapKind.Rotation, SpaceMapKind.Ridge, SpaceMapKind.LowRank];

    /// <summary>Each penalty and rank that there is to choose from, judged.</summary>
    private static IEnumerable<AlignmentReport> Candidates(
        SpaceMapKind kind, SpacePairs pairs, PairMoments[] folds, AlignmentOptions options, AlignmentJudge judge)
    {
        PairMoments[] training = [.. Enumerable.Range(0, Folds).Select(fold => PairMoments.Sum(folds.Where((_, i) => i != fold)))];
        if (kind is SpaceMapKind.None or SpaceMapKind.Rotation)
        {
            bool isAsItIs = kind == SpaceMapKind.None;
            yield return judge.Judge(kind, null, null,
                Fitted(training, moments => isAsItIs ? Identity(pairs) : LinearFit.Rotation(moments, options.Centre), pairs, kind, options.Centre));
            yield break;
        }
        int t = pairs.Target.Dimension;
        AlignmentReport? ridge = null;
        foreach (double penalty in Penalties)
        {
            AlignmentReport report = judge.Judge(SpaceMapKind.Ridge, penalty, null,
                Fitted(training, moments => LinearFit.Ridge(moments, penalty, options.Centre), pairs, kind, options.Centre));
            if (ridge is null || report.Residual < ridge.Residual)
                ridge = report;
        }
        if (kind == SpaceMapKind.Ridge)
        {
            yield return ridge!;   // ! : there are penalties
            yield break;
        }
        (double[] Matrix, double[] Directions)[] full = new (double[], double[])[Folds];
        Parallel.For(0, Folds, fold =>
        {
            double[] matrix = LinearFit.Ridge(training[fold], ridge!.Penalty!.Value, options.Centre);   // ! : likewise
            full[fold] = (matrix, LinearFit.Directions(training[fold], matrix, options.Centre));
        });
        foreach (int rank in RanksOf(t))
        {
            int fold = 0;
            SpaceMap[] maps = [.. training.Select(moments => Make(pairs, kind, moments,
                LinearFit.Reduced(full[fold].Matrix, full[fold++].Directions, rank, t), options.Centre))];
            yield return judge.Judge(kind, ridge!.Penalty, rank, maps);   // ! : likewise
        }
    }

    private static IEnumerable<int> RanksOf(int dimension) => new[] { dimension / 8, dimension / 4, dimension / 2 }.Where(rank => rank > 0).DefaultIfEmpty(1);

    private static SpaceMap[] Fitted(PairMoments[] training, Func<PairMoments, double[]> fit, SpacePairs pairs, SpaceMapKind kind, bool centre)
    {
        var maps = new SpaceMap[training.Length];
        Parallel.For(0, training.Length, fold => maps[fold] = Make(pairs, kind, training[fold], fit(training[fold]), centre));
        return maps;
    }

    private static SpaceMap Map(SpacePairs pairs, PairMoments moments, AlignmentReport chosen, bool centre)
    {
        double[] matrix = chosen.Kind switch
        {
            SpaceMapKind.None => Identity(pairs),
            SpaceMapKind.Rotation => LinearFit.Rotation(moments, centre),
            _ => LinearFit.Ridge(moments, chosen.Penalty!.Value, centre),   // ! : both kinds that are left have one
        };
        if (chosen.Rank is { } rank)
            matrix = LinearFit.Reduced(matrix, LinearFit.Directions(moments, matrix, centre), rank, pairs.Target.Dimension);
        return Make(pairs, chosen.Kind, moments, matrix, centre);
    }

    private static SpaceMap Make(SpacePairs pairs, SpaceMapKind kind, PairMoments moments, double[] matrix, bool centre)
    {
        // As they are means as they are.
        (double[] source, double[] target) = moments.Means(centre && kind != SpaceMapKind.None);
        var mean = new float[matrix.Length / pairs.Source.Dimension];
        for (int i = 0; i < target.Length; i++)
            mean[i] = (float)target[i];
        return new SpaceMap(kind, pairs.Source, pairs.Target, Array.ConvertAll(matrix, x => (float)x), Array.ConvertAll(source, x => (float)x), mean);
    }

    private static double[] Identity(SpacePairs pairs)
    {
        int d = pairs.Source.Dimension;
        var matrix = new double[d * d];
        for (int i = 0; i < d; i++)
            matrix[i * d + i] = 1;
        return matrix;
    }

    private static PairMoments[] FoldMoments(SpacePairs pairs, CancellationToken cancellationToken)
    {
        var folds = new PairMoments[Folds];
        Parallel.For(0, Folds, new ParallelOptions { CancellationToken = cancellationToken }, fold =>
        {
            folds[fold] = new PairMoments(pairs.Source.Dimension, pairs.Target.Dimension);
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                if (FoldOf(pair) == fold)
                    folds[fold].Add(pairs.SourceOf(pair), pairs.TargetOf(pair), pairs.Weight(pair));
            }
        });
        return folds;
    }

    /// <summary>Scattered, so that no order of the pairs lines up with the folds.</summary>
    internal static int FoldOf(int pair) => (int)(((uint)pair * 2_654_435_761u >> 8) % Folds);
}
