using System.Numerics.Tensors;

namespace Hybrid.Vectors;

/// <summary>Singular vectors by one-sided Jacobi rotations of the rows, in double: J·A has orthogonal rows, J is orthogonal.</summary>
/// <remarks>Hestenes: Inversion of matrices by biorthogonalization and related results, 1958; Golub, Van Loan: Matrix computations, 4th ed., §8.6.3.</remarks>
internal static class RowRotations
{
    private const int MostSweeps = 60;
    private const double Tolerance = 1e-14;

    /// <summary>Makes the rows orthogonal in place.</summary>
    /// <param name="a">[m × n], row-major.</param>
    /// <returns>J [m × m], row-major, with J·(a before) = (a after).</returns>
    public static double[] Orthogonalize(double[] a, int m)
    {
        int n = a.Length / m;
        var j = new double[m * m];
        for (int i = 0; i < m; i++)
            j[i * m + i] = 1;
        for (int sweep = 0, turned = 1; turned > 0 && sweep < MostSweeps; sweep++)
        {
            turned = 0;
            for (int p = 0; p < m; p++)
            {
                for (int q = p + 1; q < m; q++)
                    turned += Turn(a.AsSpan(p * n, n), a.AsSpan(q * n, n), j.AsSpan(p * m, m), j.AsSpan(q * m, m)) ? 1 : 0;
            }
        }
        return j;
    }

    /// <summary>The orthogonal factor of C = P·R: the matrix with orthonormal rows that is nearest to it, Uᵀ's and Vᵀ's product.</summary>
    /// <param name="c">[m × n], m ≤ n, row-major; overwritten. Directions that it does not have are filled up with any.</param>
    public static double[] PolarFactor(double[] c, int m)
    {
        int n = c.Length / m;
        double[] j = Orthogonalize(c, m);
        double most = 0;
        for (int row = 0; row < m; row++)
            most = Math.Max(most, TensorPrimitives.Norm<double>(c.AsSpan(row * n, n)));
        // The long rows first: what fills up stands upright on all of them.
        var missing = new List<int>();
        for (int row = 0; row < m; row++)
        {
            Span<double> v = c.AsSpan(row * n, n);
            double norm = TensorPrimitives.Norm<double>(v);
            if (norm > 1e-12 * most)
            {
                TensorPrimitives.Divide(v, norm, v);
                continue;
            }
            v.Clear();
            missing.Add(row);
        }
        int axis = 0;
        foreach (int row in missing)
            axis = FillUp(c, row, n, axis);
        var polar = new double[m * n];
        for (int row = 0; row < m; row++)   // Jᵀ · rows
        {
            for (int i = 0; i < m; i++)
                TensorPrimitives.MultiplyAdd(c.AsSpan(row * n, n), j[row * m + i], polar.AsSpan(i * n, n), polar.AsSpan(i * n, n));
        }
        return polar;
    }

    private static bool Turn(Span<double> p, Span<double> q, Span<double> jp, Span<double> jq)
    {
        double pp = TensorPrimitives.Dot<double>(p, p), qq = TensorPrimitives.Dot<double>(q, q), pq = TensorPrimitives.Dot<double>(p, q);
        if (Math.Abs(pq) <= Tolerance * Math.Sqrt(pp * qq) || pq == 0)
            return false;
        double zeta = (qq - pp) / (2 * pq);
        double tangent = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + zeta * zeta));
        double cosine = 1 / Math.Sqrt(1 + tangent * tangent), sine = cosine * tangent;
        Turn(p, q, cosine, sine);
        Turn(jp, jq, cosine, sine);
        return true;
    }

    private static void Turn(Span<double> p, Span<double> q, double cosine, double sine)
    {
        for (int i = 0; i < p.Length; i++)
            (p[i], q[i]) = (cosine * p[i] - sine * q[i], sine * p[i] + cosine * q[i]);
    }

    /// <summary>Puts a unit vector into a row of zeros that stands upright on all others.</summary>
    /// <returns>The next axis to try.</returns>
    private static int FillUp(double[] rows, int row, int n, int axis)
    {
        Span<double> v = rows.AsSpan(row * n, n);
        while (true)
        {
            v.Clear();
            v[axis++] = 1;
            for (int pass = 0; pass < 2; pass++)   // once more, for what rounding left
            {
                for (int other = 0; other < rows.Length / n; other++)
                {
                    if (other == row)
                        continue;
                    ReadOnlySpan<double> o = rows.AsSpan(other * n, n);
                    TensorPrimitives.MultiplyAdd(o, -TensorPrimitives.Dot<double>(v, o), v, v);
                }
            }
            double norm = TensorPrimitives.Norm<double>(v);
            if (norm > 1e-6)
            {
                TensorPrimitives.Divide(v, norm, v);
                return axis;
            }
        }
    }
}
