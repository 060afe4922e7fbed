using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Spherical k-means: unit rows to the centroid of highest cosine. Dhillon, Modha (2001), Concept Decompositions for Large Sparse Text Data, §3.</summary>
internal static class KMeans
{
    /// <summary>Rows a worker assigns at a time.</summary>
    private const int Block = 256;

    /// <summary>Unit centroids of unit rows.</summary>
    /// <param name="rows">[n × d], row-major, n ≥ k.</param>
    /// <param name="k">At least 1.</param>
    /// <param name="seed">The same rows and seed give the same centroids on the same CPU, however many threads work.</param>
    /// <returns>[k × d], row-major, unit length; no centroid is without rows, unless rows are equal.</returns>
    /// <remarks>Cost: iterations · n · k · d multiply-adds, over all cores.</remarks>
    public static float[] Train(ReadOnlyMemory<float> rows, int dimension, int k, int iterations, int seed, CancellationToken cancellationToken)
    {
        int n = rows.Length / dimension;
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(k, n);
        float[] centroids = new float[k * dimension];
        int[] start = [.. Enumerable.Range(0, n)];
        new Random(seed).Shuffle(start);
        for (int c = 0; c < k; c++)
            rows.Span.Slice(start[c] * dimension, dimension).CopyTo(centroids.AsSpan(c * dimension));

        int[] cells = new int[n];
        float[] scores = new float[n];
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            Assign(rows, dimension, centroids, cells, scores, cancellationToken);
            if (!Recenter(rows.Span, dimension, centroids, cells, scores))
                break;
        }
        return centroids;
    }

    /// <summary>The centroid of highest cosine for each row; the first of equal ones.</summary>
    /// <param name="rows">[n × d].</param>
    /// <param name="centroids">[k × d].</param>
    /// <param name="cells">[n], overwritten.</param>
    /// <param name="scores">[n], overwritten: each row's cosine with its centroid; or empty.</param>
    public static void Assign(ReadOnlyMemory<float> rows, int dimension, ReadOnlyMemory<float> centroids, int[] cells, float[] scores, CancellationToken cancellationToken)
    {
        int n = cells.Length, k = centroids.Length / dimension;
        Parallel.For(0, (n + Block - 1) / Block, new ParallelOptions { CancellationToken = cancellationToken }, block =>
        {
            float[] toCentroids = new float[k];
            for (int r = block * Block; r < Math.Min(n, (block + 1) * Block); r++)
            {
                InnerProducts.ScoreRows(rows.Span.Slice(r * dimension, dimension), centroids.Span, toCentroids);
                cells[r] = TensorPrimitives.IndexOfMax<float>(toCentroids);
                if (scores.Length > 0)
                    scores[r] = toCentroids[cells[r]];
            }
        });
    }

    /// <summary>Moves each centroid to the middle of its rows; one without rows takes the row that is worst off. False when nothing moved.</summary>
    private static bool Recenter(ReadOnlySpan<float> rows, int dimension, float[] centroids, int[] cells, float[] scores)
    {
        float[] sums = new float[centroids.Length];
        int[] counts = new int[centroids.Length / dimension];
        for (int r = 0; r < cells.Length; r++)
        {
            Span<float> sum = sums.AsSpan(cells[r] * dimension, dimension);
            TensorPrimitives.Add(sum, rows.Slice(r * dimension, dimension), sum);
            counts[cells[r]]++;
        }
        for (int c = 0; c < counts.Length; c++)
        {
            Span<float> sum = sums.AsSpan(c * dimension, dimension);
            float norm = TensorPrimitives.Norm<float>(sum);
            if (counts[c] == 0 || norm == 0)
            {
                int worst = TensorPrimitives.IndexOfMin<float>(scores);
                scores[worst] = float.PositiveInfinity;   // not for two centroids
                rows.Slice(worst * dimension, dimension).CopyTo(sum);
                norm = 1;
            }
            TensorPrimitives.Divide(sum, norm, sum);
        }
        bool moved = !sums.AsSpan().SequenceEqual(centroids);
        sums.CopyTo(centroids, 0);
        return moved;
    }
}
