using System.Numerics.Tensors;
using Hybrid.Behavior;

namespace Hybrid.Evaluation;

/// <summary>What other samples of users would have shown: users are drawn anew from these, with replacement.</summary>
internal static class Bootstrap
{
    /// <summary>Of each metric its mean over the queries that have it (not NaN), with its interval.</summary>
    public static IEnumerable<KeyValuePair<string, MetricValue>> Intervals(IReadOnlyDictionary<string, double[]> byQuery, JudgeOptions options)
    {
        (string Name, double[] Scores)[] metrics = [.. byQuery.Select(metric => (metric.Key, metric.Value))];
        int n = metrics[0].Scores.Length, m = metrics.Length;
        // [users × metrics], so that a user who is drawn is one look: what a query has not counts 0 of 0.
        double[] scores = new double[n * m], counts = new double[n * m];
        for (int i = 0; i < scores.Length; i++)
        {
            double score = metrics[i % m].Scores[i / m];
            (scores[i], counts[i]) = double.IsNaN(score) ? (0, 0) : (score, 1);
        }
        double[][] means = [.. metrics.Select(_ => new double[options.Resamples])];
        double[] sums = new double[m], counted = new double[m];
        int draw = 0;
        foreach (int[] users in Draws(n, options))
        {
            Array.Clear(sums);
            Array.Clear(counted);
            foreach (int user in users)
            {
                TensorPrimitives.Add(sums, scores.AsSpan(user * m, m), sums);
                TensorPrimitives.Add(counted, counts.AsSpan(user * m, m), counted);
            }
            for (int metric = 0; metric < m; metric++)
                means[metric][draw] = counted[metric] == 0 ? 0 : sums[metric] / counted[metric];
            draw++;
        }
        for (int metric = 0; metric < m; metric++)
            yield return new(metrics[metric].Name, Around(MeanOf(metrics[metric].Scores), means[metric]));
    }

    /// <summary>How far A is ahead of B on the same users, of each metric that both have.</summary>
    public static IReadOnlyDictionary<string, MetricValue> Difference(
        IReadOnlyDictionary<string, double[]> a, IReadOnlyDictionary<string, double[]> b, JudgeOptions options)
    {
        Dictionary<string, double[]> differences = a.Where(metric => b.ContainsKey(metric.Key))
            .ToDictionary(metric => metric.Key, metric => metric.Value.Zip(b[metric.Key], (left, right) => left - right).ToArray());
        return Intervals(differences, options).ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    /// <summary>So many samples of as many places as there are users; the same array each time, for the same seed the same draws.</summary>
    public static IEnumerable<int[]> Draws(int users, JudgeOptions options)
    {
        var random = new SplitMix64((ulong)options.Seed);
        int[] drawn = new int[users];
        for (int draw = 0; draw < options.Resamples; draw++)
        {
            for (int i = 0; i < users; i++)
                drawn[i] = random.Below(users);
            yield return drawn;
        }
    }

    /// <summary>The value with the spread of the draws around their own mean.</summary>
    public static MetricValue Around(double value, double[] draws)
    {
        double[] sorted = [.. draws.Order()];
        double mean = sorted.Average();
        return new MetricValue(value, value + Percentile(sorted, 0.025) - mean, value + Percentile(sorted, 0.975) - mean);
    }

    private static double Percentile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + ((place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }

    private static double MeanOf(double[] scores)
    {
        double[] had = Array.FindAll(scores, score => !double.IsNaN(score));
        return had.Length == 0 ? 0 : had.Sum() / had.Length;
    }
}
