using Hybrid.Evaluation;

namespace Hybrid.Upkeep.Migration;

/// <summary>In which interval a rate lies, told while requests come: one may look after each of them, and stop when it is clear.</summary>
/// <remarks>
/// <para>With a probability of at least 1 − α the interval holds the rate at every moment at once, not only at one that was fixed before. A rate p is left out
/// when the mixture of all rates by Beta(½, ½) has become 1/α times as likely as p: under p that ratio is a martingale, and reaches 1/α with a probability of
/// at most α (Ville).</para>
/// <para>H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of Mathematical Statistics 41(5), 1970; S. Howard, A. Ramdas,
/// J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49(2), 2021. Requests count as independent
/// of each other: where few users ask very often it is too narrow.</para>
/// </remarks>
public static class ConfidenceSequence
{
    private const int Halvings = 60;

    /// <summary>The interval of a rate.</summary>
    /// <param name="hits">0 … <paramref name="trials"/>.</param>
    /// <param name="alpha">Above 0 and below 1: how likely it ever leaves the rate out.</param>
    /// <returns>The share of hits, and the interval within [0, 1]; 0 and all of it where there were no trials.</returns>
    public static MetricValue Of(long hits, long trials, double alpha = 0.05)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, trials);
        if (!(alpha is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, FormattableString.Invariant($"Alpha is above 0 and below 1, not {alpha}."));
        if (trials == 0)
            return new(0, 0, 1);
        double share = (double)hits / trials, most = Math.Log(1 / alpha);
        double mixture = LogBeta(0.5 + hits, 0.5 + trials - hits) - Math.Log(Math.PI);   // B(½, ½) is π
        return new(share, hits == 0 ? 0 : End(0), hits == trials ? 1 : End(1));

        // Least likely at the share itself, the ratio grows towards both ends.
        double End(double outside)
        {
            double inside = share;
            for (int i = 0; i < Halvings; i++)
            {
                double middle = (inside + outside) / 2;
                bool isIn = mixture - (hits * Math.Log(middle)) - ((trials - hits) * Math.Log(1 - middle)) < most;
                (inside, outside) = isIn ? (middle, outside) : (inside, middle);
            }
            return outside;
        }
    }

    /// <summary>The interval of how far one rate is above another: of both with half of <paramref name="alpha"/> each, so that both hold together.</summary>
    public static MetricValue Ahead((long Hits, long Trials) of, (long Hits, long Trials) than, double alpha = 0.05)
    {
        MetricValue one = Of(of.Hits, of.Trials, alpha / 2), other = Of(than.Hits, than.Trials, alpha / 2);
        return new(one.Value - other.Value, one.Low - other.High, one.High - other.Low);
    }

    private static double LogBeta(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>ln Γ(x) of x > 0 to 1e-13: Stirling's series, from where it is that exact.</summary>
    private static double LogGamma(double x)
    {
        double before = 0;
        for (; x < 12; x++)
            before -= Math.Log(x);
        double square = 1 / (x * x);
        double series = (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1_260 - square * (1.0 / 1_680 - square / 1_188)))) / x;
        return before + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series;
    }
}
