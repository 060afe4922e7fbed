namespace Hybrid.Upkeep.Migration;

/// <summary>How alike two rankings are, best first, each thing once; ties are as the lists stand, which here is by id, but in
/// <see cref="Tied"/>.</summary>
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
    /// <summary>Rank-biased overlap of lists with equal scores: those that share one share the place of their first.</summary>
    /// <remarks>At a depth each list is as long as its ties make it, and the agreement is 2·common / (length + length); extrapolated as
    /// <see cref="Biased"/>, which it is of lists without ties. Webber, Moffat, Zobel, 2010, §4.5 and equations 29, 32.</remarks>
    /// <param name="a">Best first, each thing once, with its score.</param>
    /// <param name="p">Above 0 and below 1.</param>
    /// <returns>0 … 1; 1 of two empty lists, 0 where one is.</returns>
    public static double Tied<T>(IReadOnlyList<(T Item, double Score)> a, IReadOnlyList<(T Item, double Score)> b, double p = 0.9)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (!(p is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(p), p, FormattableString.Invariant($"p is above 0 and below 1, not {p}."));
        (IReadOnlyList<(T Item, double Score)> shorter, IReadOnlyList<(T Item, double Score)> longer) = a.Count <= b.Count ? (a, b) : (b, a);
        (int s, int l) = (shorter.Count, longer.Count);
        if (s == 0)
            return l == 0 ? 1 : 0;
        int common = Common(s, l), atShort = Common(s, LengthAt(longer, s));
        double sum = 0;
        for (int d = 1; d <= l; d++)
        {
            int ofLong = LengthAt(longer, d);
            // Beyond its end the shorter list is taken to go on agreeing as it did.
            double agreement = d <= s
                ? 2.0 * Common(LengthAt(shorter, d), ofLong) / (LengthAt(shorter, d) + ofLong)
                : 2 * (Common(s, ofLong) + ((double)atShort / s * (d - s))) / (d + ofLong);
            sum += agreement * Math.Pow(p, d);
        }
        return (1 - p) / p * sum + (((double)(common - atShort) / l) + ((double)atShort / s)) * Math.Pow(p, l);

        int Common(int ofShort, int ofLong) => shorter.Take(ofShort).Select(one => one.Item).Intersect(longer.Take(ofLong).Select(one => one.Item)).Count();

        static int LengthAt(IReadOnlyList<(T Item, double Score)> list, int depth)
        {
            int length = depth;
            while (length < list.Count && list[length].Score == list[depth - 1].Score)
                length++;
            return length;
        }
    }
}
