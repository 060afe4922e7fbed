using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Fits the matrix of a map to sums over pairs.</summary>
internal static class LinearFit
{
    /// <summary>The rotation nearest to what leads x to y: R with orthonormal rows that maximises Σw·(xR)·y.</summary>
    /// <remarks>Schönemann: A generalized solution of the orthogonal Procrustes problem, 1966.</remarks>
    /// <returns>[d of the source × max of both].</returns>
    public static double[] Rotation(PairMoments moments, bool centre)
    {
        int m = moments.SourceDimension, t = moments.TargetDimension, n = Math.Max(m, t);
        double[] cross = moments.CrossProducts(centre), padded = new double[m * n];
        for (int i = 0; i < m; i++)
            cross.AsSpan(i * t, t).CopyTo(padded.AsSpan(i * n));
        return RowRotations.PolarFactor(padded, m);
    }

    /// <summary>M that minimises Σw‖xM − y‖² + penalty · mean variance of x · ‖M‖².</summary>
    /// <returns>[d of the source × d of the target].</returns>
    public static double[] Ridge(PairMoments moments, double penalty, bool centre)
    {
        int m = moments.SourceDimension, t = moments.TargetDimension;
        double[] a = moments.SourceProducts(centre);
        double trace = 0;
        for (int i = 0; i < m; i++)
            trace += a[i * m + i];
        // Of vectors that are all alike nothing is left: any map will do then, and a zero one is found.
        double shift = trace > 0 ? penalty * trace / m : 1;
        for (int i = 0; i < m; i++)
            a[i * m + i] += shift;
        double[] b = moments.CrossProducts(centre);
        Solve(a, b, m, t);
        return b;
    }

    /// <summary>The directions in which predictions xM vary most, the greatest first: reduced-rank regression.</summary>
    /// <remarks>Izenman: Reduced-rank regression for the multivariate linear model, 1975, with the ridge estimate in place of least squares.</remarks>
    /// <returns>[d of the target × d of the target], a direction a row.</returns>
    public static double[] Directions(PairMoments moments, double[] matrix, bool centre)
    {
        int m = moments.SourceDimension, t = moments.TargetDimension;
        double[] xx = moments.SourceProducts(centre), half = new double[m * t], variance = new double[t * t];
        for (int i = 0; i < m; i++)
        {
            for (int k = 0; k < m; k++)
                TensorPrimitives.MultiplyAdd(matrix.AsSpan(k * t, t), xx[i * m + k], half.AsSpan(i * t, t), half.AsSpan(i * t, t));
        }
        for (int i = 0; i < m; i++)
        {
            for (int c = 0; c < t; c++)
                TensorPrimitives.MultiplyAdd(half.AsSpan(i * t, t), matrix[i * t + c], variance.AsSpan(c * t, t), variance.AsSpan(c * t, t));
        }
        double[] directions = RowRotations.Orthogonalize(variance, t);
        int[] order = [.. Enumerable.Range(0, t).OrderByDescending(row => TensorPrimitives.Norm<double>(variance.AsSpan(row * t, t)))];
        return [.. order.SelectMany(row => directions[(row * t)..((row + 1) * t)])];
    }

    /// <summary>M·VᵀV with the first so many directions.</summary>
    public static double[] Reduced(double[] matrix, double[] directions, int rank, int t)
    {
        var reduced = new double[matrix.Length];
        for (int i = 0; i < matrix.Length / t; i++)
        {
            for (int k = 0; k < rank; k++)
            {
                ReadOnlySpan<double> direction = directions.AsSpan(k * t, t);
                double along = TensorPrimitives.Dot(matrix.AsSpan(i * t, t), direction);
                TensorPrimitives.MultiplyAdd(direction, along, reduced.AsSpan(i * t, t), reduced.AsSpan(i * t, t));
            }
        }
        return reduced;
    }

    /// <summary>Solves A·X = B in place of B by Cholesky's factors.</summary>
    /// <param name="a">[m × m], symmetric, positive definite; overwritten.</param>
    /// <param name="b">[m × t].</param>
    private static void Solve(double[] a, double[] b, int m, int t)
    {
        for (int i = 0; i < m; i++)
        {
            Span<double> row = a.AsSpan(i * m, m);
            for (int k = 0; k < i; k++)
                row[k] = (row[k] - TensorPrimitives.Dot<double>(row[..k], a.AsSpan(k * m, k))) / a[k * m + k];
            row[i] = Math.Sqrt(row[i] - TensorPrimitives.Dot<double>(row[..i], row[..i]));
        }
        for (int i = 0; i < m; i++)   // L·Z = B
        {
            Span<double> target = b.AsSpan(i * t, t);
            for (int k = 0; k < i; k++)
                TensorPrimitives.MultiplyAdd(b.AsSpan(k * t, t), -a[i * m + k], target, target);
            TensorPrimitives.Divide(target, a[i * m + i], target);
        }
        for (int i = m - 1; i >= 0; i--)   // Lᵀ·X = Z
        {
            Span<double> target = b.AsSpan(i * t, t);
            for (int k = i + 1; k < m; k++)
                TensorPrimitives.MultiplyAdd(b.AsSpan(k * t, t), -a[k * m + i], target, target);
            TensorPrimitives.Divide(target, a[i * m + i], target);
        }
    }
}
