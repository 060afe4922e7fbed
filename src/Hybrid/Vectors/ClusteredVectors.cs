namespace Hybrid.Vectors;

/// <summary>Synthetic unit vectors in clusters, for measurements and tests: like embeddings in that neighbours exist, not made from any data.</summary>
public static class ClusteredVectors
{
    /// <summary>Draws vectors around random centres: row = (centre + spread · noise) scaled to length 1, its centre drawn at random.</summary>
    /// <remarks>
    /// <para>Queries of the same kind: draw <paramref name="count"/> + q rows and take the last q, since another seed has other centres.</para>
    /// <para>Equal arguments give equal vectors, on one machine.</para>
    /// </remarks>
    /// <param name="count">Rows, n ≥ 0; n·d at most 2 147 483 591, the longest array.</param>
    /// <param name="dimension">Floats per row, d ≥ 1.</param>
    /// <param name="clusters">Centres, at least 1; bounded like the rows.</param>
    /// <param name="spread">At least 0: the expected length of the noise, beside a centre of length 1. At 0.5 the cosine to the centre is near 0.9, at 1
    /// near 0.7.</param>
    /// <returns>[n × d], row-major, each row of length 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static float[] Generate(int count, int dimension, int clusters, double spread, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clusters);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)count * dimension, Array.MaxLength, nameof(count));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)clusters * dimension, Array.MaxLength, nameof(clusters));
        if (!(spread >= 0 && double.IsFinite(spread)))
            throw new ArgumentOutOfRangeException(nameof(spread), spread, "The spread must be finite and at least 0.");

        var random = new Random(seed);
        var centres = new float[clusters * dimension];
        FillNormal(random, centres);
        for (int c = 0; c < clusters; c++)
            UnitVector.Normalize(centres.AsSpan(c * dimension, dimension));

        var rows = new float[count * dimension];
        FillNormal(random, rows);
        float scale = (float)(spread / Math.Sqrt(dimension));   // a vector of d standard normals has length near √d
        for (int r = 0; r < count; r++)
        {
            Span<float> row = rows.AsSpan(r * dimension, dimension);
            ReadOnlySpan<float> centre = centres.AsSpan(random.Next(clusters) * dimension, dimension);
            for (int i = 0; i < dimension; i++)
                row[i] = centre[i] + scale * row[i];
            UnitVector.Normalize(row);
        }
        return rows;
    }

    // Box and Muller: two uniform draws give two normal ones.
    private static void FillNormal(Random random, Span<float> values)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            (double sin, double cos) = Math.SinCos(2 * Math.PI * random.NextDouble());
            values[i] = (float)(radius * cos);
            if (i + 1 < values.Length)
                values[i + 1] = (float)(radius * sin);
        }
    }
}
