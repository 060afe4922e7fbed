namespace Hybrid.Upkeep.Migration;

/// <summary>How long work takes by a few of its batches: the ends of a 90 % interval.</summary>
/// <remarks>
/// <para>What is to come is taken for one more draw of the kind, not for the mean of many: what slows a machine down lasts longer than a batch, so the rest
/// has it in common and it does not average out. Of n batches whose logarithms have the mean m and the deviation s (n − 1), the ends are
/// exp(m ± t · s · √(1 + 1/n)), t the 95 % point of Student's distribution with n − 1 degrees of freedom: the prediction interval of a further draw.</para>
/// <para>Logarithms, because a time that doubles is as far away as one that halves, and none is negative.</para>
/// </remarks>
internal static class DurationInterval
{
    /// <summary>How far the time may be from that of a single batch, which tells nothing of how much batches differ.</summary>
    private const double OfOne = 2;

    /// <summary>95 % points of Student's distribution with 1, 2, 3 … degrees of freedom.</summary>
    private static readonly double[] Student = [6.3138, 2.9200, 2.3534, 2.1318, 2.0150, 1.9432, 1.8946, 1.8595, 1.8331, 1.8125];

    /// <param name="times">Of each batch, by item: at least 0, in any unit.</param>
    /// <returns>In that unit; 0 where nothing was measured, or took no time.</returns>
    public static (double Least, double Most) Of(IReadOnlyList<double> times)
    {
        double[] logarithms = [.. times.Where(time => time > 0).Select(time => Math.Log(time))];
        if (logarithms.Length == 0)
            return (0, 0);
        double mean = logarithms.Average();
        if (logarithms.Length == 1)
            return (times.Max() / OfOne, times.Max() * OfOne);
        int n = logarithms.Length;
        double deviation = Math.Sqrt(logarithms.Sum(x => (x - mean) * (x - mean)) / (n - 1));
        double half = PointOf(n - 1) * deviation * Math.Sqrt(1 + 1.0 / n);
        return (Math.Exp(mean - half), Math.Exp(mean + half));
    }

    /// <summary>Beyond the table by the first terms of its expansion about the normal distribution: Abramowitz and Stegun, 26.7.5.</summary>
    private static double PointOf(int degrees)
    {
        const double z = 1.644854;
        return degrees <= Student.Length ? Student[degrees - 1]
            : z + (z * z * z + z) / (4 * degrees) + (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / (96.0 * degrees * degrees);
    }
}
