namespace Hybrid.Upkeep.Migration;

/// <summary>Whether users fall on two variants as they are meant to.</summary>
public static class SampleRatio
{
    /// <summary>The p-value of a χ² test with one degree of freedom.</summary>
    /// <param name="share">Of the new variant, 0 … 1.</param>
    /// <returns>1 where nobody is there, or all are meant to be on one side and are.</returns>
    public static double PValue(long old, long @new, double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(old);
        ArgumentOutOfRangeException.ThrowIfNegative(@new);
        double users = old + @new, meant = users * share;
        if (users == 0)
            return 1;
        if (share is 0 or 1)
            return (share == 0 ? @new : old) == 0 ? 1 : 0;
        double z = Math.Abs(@new - meant) / Math.Sqrt(meant * (1 - share));
        return Erfc(z / Math.Sqrt(2));
    }

    /// <summary>The complementary error function of x ≥ 0, to 1.2e-7 of its value: W. Press et al., Numerical Recipes, 3rd ed., §6.2.2.</summary>
    private static double Erfc(double x)
    {
        double t = 1 / (1 + 0.5 * x);
        double[] terms = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
        double sum = 0;
        for (int i = terms.Length - 1; i >= 0; i--)
            sum = terms[i] + t * sum;
        return t * Math.Exp(-x * x + sum);
    }
}
