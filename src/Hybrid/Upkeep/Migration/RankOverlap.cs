namespace Hybrid.Upkeep.Migration;

/// <summary>How alike two rankings are, best first, each thing once; ties are as the lists stand, which here is by id.</summary>
public static class RankOverlap
{
    /// <summary>The share of the first <paramref name="k"/> of one list that is among the first of the other, in any order.</summary>
    /// <returns>0 … 1; of lists that are shorter, of the longer one's length; 1 of two empty lists.</returns>
    public static double At<T>(IReadOnlyList<T> a, IReadOnlyList<T> b, int k)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        int most = Math.Min(k, Math.Max(a.Count, b.Count));
        return most == 0 ? 1 : (double)a.Take(k).Intersect(b.Take(k)).Count() / most;
    }

    /// <summary>Rank-biased overlap, extrapolated from what is seen: what stands at rank d + 1 counts <paramref name="p"/> of what stands at d.</summary>
    /// <remarks>W. Webber, A. Moffat, J. Zobel, "A similarity measure for indefinite rankings", ACM TOIS 28(4), 2010, equation 32.</remarks>
    /// <param name="p">Above 0 and below 1; at .9 the first ten places carry 86 % of the weight.</param>
    /// <returns>0 … 1; 1 of two empty lists, 0 where one is.</returns>
    public static double Biased<T>(IReadOnlyList<T> a, IReadOnlyList<T> b, double p = 0.9)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (!(p is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, FormattableString.Invariant($"p is above 0 and below 1, not {p}."));
        (IReadOnlyList<T> shorter, IReadOnlyList<T> longer) = a.Count <= b.Count ? (a, b) : (b, a);
        (int s, int l) = (shorter.Count, longer.Count);
        if (s == 0)
            return l == 0 ? 1 : 0;
        HashSet<T> seenShort = [], seenLong = [];
        double sum = 0, atShort = 0, common = 0;
        for (int d = 1; d <= l; d++)
        {
            T next = longer[d - 1];
            if (d <= s)
            {
                T other = shorter[d - 1];
                common += next.Equals(other) ? 1 : (seenShort.Contains(next) ? 1 : 0) + (seenLong.Contains(other) ? 1 : 0);
                seenShort.Add(other);
            }
            else
            {
                common += seenShort.Contains(next) ? 1 : 0;
            }
            seenLong.Add(next);
            if (d == s)
                atShort = common;
            sum += common / d * Math.Pow(p, d);
            if (d > s)
                sum += atShort * (d - s) / ((double)s * d) * Math.Pow(p, d);
        }
        return (1 - p) / p * sum + (((common - atShort) / l) + (atShort / s)) * Math.Pow(p, l);
    }
}
