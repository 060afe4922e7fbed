namespace Hybrid.Vectors;

/// <summary>Numbers by their rank, without sorting all of them.</summary>
internal static class Ranks
{
    /// <summary>The so-manieth greatest, the first being 1; as if they were sorted.</summary>
    /// <param name="values">None NaN; in another order afterwards.</param>
    /// <param name="rank">1 … their number.</param>
    /// <remarks>Hoare's selection: linear in their number as a rule.</remarks>
    public static float Greatest(Span<float> values, int rank)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rank, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, values.Length);
        int wanted = rank - 1, from = 0, to = values.Length - 1;
        while (from < to)
        {
            float pivot = Median(values[from], values[from + (to - from) / 2], values[to]);
            int left = from, right = to;
            while (left <= right)
            {
                while (values[left] > pivot)
                    left++;
                while (values[right] < pivot)
                    right--;
                if (left <= right)
                {
                    (values[left], values[right]) = (values[right], values[left]);
                    left++;
                    right--;
                }
            }
            if (wanted <= right)
                to = right;
            else if (wanted >= left)
                from = left;
            else
                break;   // between the two all are the pivot
        }
        return values[wanted];
    }

    private static float Median(float a, float b, float c) => MathF.Max(MathF.Min(a, b), MathF.Min(MathF.Max(a, b), c));
}
