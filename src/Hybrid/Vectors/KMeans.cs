using System.Buffers;
using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Spherical k-means: unit centroids, each row with the one of highest inner product.</summary>
/// <remarks>Equal rows, cells and seed give equal centroids, however many threads there are.</remarks>
/// <param name="Centroids">[cells × d], row-major, each of length 1.</param>
/// <param name="Cells">As many as asked for, or fewer where the rows have fewer distinct vectors: none is without a row.</param>
/// <param name="Costs">Σ (1 − inner product of a row and its centroid), before each round and after the last; it does not rise.</param>
internal sealed record KMeans(float[] Centroids, int Cells, IReadOnlyList<double> Costs)
{
    /// <summary>Enough for a few cells to settle.</summary>
    public const int MostRounds = 20;

    private const double LeastGain = 1e-3;   // a round that lowers the cost by a smaller share is the last
    private const int ChunkRows = NearestCentroids.RowsAtOnce;   // between two looks at the token

    /// <param name="rows">[n × d], row-major, unit length.</param>
    /// <param name="cells">1 … n.</param>
    /// <param name="mostRounds">At least 1.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; it is checked every few hundred rows.</exception>
    /// <remarks>Cost: as many rounds of n·cells·d multiply-adds, on all cores. Memory: beside the rows, twice the centroids and 8 bytes a row.</remarks>
    public static KMeans Train(ReadOnlyMemory<float> rows, int dimension, int cells, int seed, CancellationToken cancellationToken,
        int mostRounds = MostRounds)
    {
        int n = rows.Length / dimension;
        if (cells < 1 || cells > n || rows.Length != (long)n * dimension)
            throw new ArgumentException($"{rows.Length} floats are not at least {cells} rows of {dimension}.", nameof(rows));

        float[] centroids = Seed(rows.Span, dimension, cells, seed);
        var sums = new float[centroids.Length];
        var sizes = new int[cells];
        var nearest = new int[n];
        var scores = new float[n];
        var costs = new List<double>();
        while (true)
        {
            ForEachChunk(n, (first, count) => NearestCentroids.Find(rows.Span.Slice(first * dimension, count * dimension), centroids, dimension,
                nearest.AsSpan(first, count), scores.AsSpan(first, count)), cancellationToken);
            costs.Add(n - scores.Sum(score => (double)score));
            CountSizes(nearest, sizes);
            if (costs.Count > mostRounds)
                break;
            bool refilled = Refill(nearest, scores, sizes);
            if (!refilled && costs.Count > 1 && costs[^2] - costs[^1] <= LeastGain * costs[^2])
                break;
            MoveToMeans(rows.Span, dimension, nearest, centroids, sums);
        }
        return WithoutEmpty(centroids, dimension, sizes, costs);
    }

    /// <summary>The centroid of highest inner product, the first of equal ones.</summary>
    /// <param name="centroids">[cells × d], row-major.</param>
    public static (int Cell, float Score) Nearest(ReadOnlySpan<float> vector, ReadOnlySpan<float> centroids)
    {
        int cells = centroids.Length / vector.Length;
        float[] rented = ArrayPool<float>.Shared.Rent(cells);
        Span<float> scores = rented.AsSpan(0, cells);
        InnerProducts.ScoreRows(vector, centroids, scores);
        int best = 0;
        for (int c = 1; c < cells; c++)
        {
            if (scores[c] > scores[best])
                best = c;
        }
        (int, float) found = (best, scores[best]);
        ArrayPool<float>.Shared.Return(rented);
        return found;
    }

    /// <summary>Does something for each of n rows, on all cores; each row must not depend on the others.</summary>
    public static void ForEachRow(int n, Action<int> row, CancellationToken cancellationToken) => ForEachChunk(n, (first, count) =>
    {
        for (int r = first; r < first + count; r++)
            row(r);
    }, cancellationToken);

    /// <summary>Likewise for some hundred rows at a time: from the first one, so many.</summary>
    public static void ForEachChunk(int n, Action<int, int> rows, CancellationToken cancellationToken) =>
        Parallel.For(0, (n + ChunkRows - 1) / ChunkRows, new ParallelOptions { CancellationToken = cancellationToken },
            chunk => rows(chunk * ChunkRows, Math.Min(ChunkRows, n - chunk * ChunkRows)));

    // Distinct rows drawn at random. Equal ones among them end up without rows, and Refill moves them.
    private static float[] Seed(ReadOnlySpan<float> rows, int dimension, int cells, int seed)
    {
        var random = new Random(seed);
        int n = rows.Length / dimension;
        var centroids = new float[cells * dimension];
        int drawn = 0;
        for (int r = 0; drawn < cells; r++)
        {
            if (random.NextDouble() * (n - r) < cells - drawn)
                rows.Slice(r * dimension, dimension).CopyTo(centroids.AsSpan(drawn++ * dimension));
        }
        return centroids;
    }

    private static void CountSizes(int[] nearest, int[] sizes)
    {
        Array.Clear(sizes);
        foreach (int cell in nearest)
            sizes[cell]++;
    }

    /// <summary>Gives each empty cell the row that fits its own cell worst, unless that fits perfectly or is the cell's last.</summary>
    private static bool Refill(int[] nearest, float[] scores, int[] sizes)
    {
        if (!sizes.Contains(0))
            return false;
        var keys = (float[])scores.Clone();
        int[] worstFirst = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, worstFirst);
        bool refilled = false;
        int next = 0;
        for (int cell = 0; cell < sizes.Length; cell++)
        {
            if (sizes[cell] != 0)
                continue;
            while (next < keys.Length && sizes[nearest[worstFirst[next]]] == 1)
                next++;
            if (next == keys.Length || keys[next] > 1 - 1e-5f)
                break;
            sizes[nearest[worstFirst[next]]]--;
            nearest[worstFirst[next]] = cell;
            sizes[cell] = 1;
            refilled = true;
            next++;
        }
        return refilled;
    }

    private static void MoveToMeans(ReadOnlySpan<float> rows, int dimension, int[] nearest, float[] centroids, float[] sums)
    {
        Array.Clear(sums);
        for (int r = 0; r < nearest.Length; r++)
        {
            Span<float> sum = sums.AsSpan(nearest[r] * dimension, dimension);
            TensorPrimitives.Add(sum, rows.Slice(r * dimension, dimension), sum);
        }
        for (int start = 0; start < sums.Length; start += dimension)
        {
            Span<float> sum = sums.AsSpan(start, dimension);
            // Rows that cancel each other have no mean direction, and an empty cell no rows: those centroids stay.
            if (TensorPrimitives.Norm<float>(sum) < 1e-3f)
                continue;
            UnitVector.Normalize(sum);
            sum.CopyTo(centroids.AsSpan(start));
        }
    }

    private static KMeans WithoutEmpty(float[] centroids, int dimension, int[] sizes, List<double> costs)
    {
        int kept = 0;
        for (int cell = 0; cell < sizes.Length; cell++)
        {
            if (sizes[cell] != 0)
                centroids.AsSpan(cell * dimension, dimension).CopyTo(centroids.AsSpan(kept++ * dimension));
        }
        return new KMeans(kept == sizes.Length ? centroids : centroids[..(kept * dimension)], kept, costs);
    }
}
