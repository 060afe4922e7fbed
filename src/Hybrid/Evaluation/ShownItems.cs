namespace Hybrid.Evaluation;

/// <summary>How a system's recommendations spread over the catalogue.</summary>
internal sealed class ShownItems(int[]?[] lists, int length, int catalog)
{
    private readonly int[][] _shown = [.. lists.Select(list => list is null ? [] : list[..Math.Min(length, list.Length)])];

    /// <summary>Coverage and Gini with their intervals.</summary>
    public IEnumerable<(string Name, MetricValue Value)> Measure(JudgeOptions options)
    {
        int[] everyone = [.. Enumerable.Range(0, _shown.Length)];
        (double coverage, double gini) = MeasureOver(everyone);
        double[] coverages = new double[options.Resamples], ginis = new double[options.Resamples];
        int draw = 0;
        foreach (int[] users in Bootstrap.Draws(_shown.Length, options))
        {
            (coverages[draw], ginis[draw]) = MeasureOver(users);
            draw++;
        }
        yield return ($"Cov@{length}", Bootstrap.Around(coverage, coverages));
        yield return ($"Gini@{length}", Bootstrap.Around(gini, ginis));
    }

    private (double Coverage, double Gini) MeasureOver(int[] users)
    {
        int[] counts = new int[catalog];
        foreach (int user in users)
        {
            foreach (int item in _shown[user])
                counts[item]++;
        }
        int[] shown = Array.FindAll(counts, count => count > 0);
        return ((double)shown.Length / Math.Max(1, catalog), GiniOf(shown));
    }

    /// <summary>Σ_i (2i − n − 1)·c_i / (n·Σ c), c ascending, over all n items of the catalogue.</summary>
    private double GiniOf(int[] shown)
    {
        Array.Sort(shown);
        double weighted = 0, sum = 0;
        for (int i = 0; i < shown.Length; i++)
        {
            // Those that are never shown come first and add nothing.
            int place = catalog - shown.Length + i + 1;
            weighted += ((2.0 * place) - catalog - 1) * shown[i];
            sum += shown[i];
        }
        return sum == 0 ? 0 : weighted / (catalog * sum);
    }
}
