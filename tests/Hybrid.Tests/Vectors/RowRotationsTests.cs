using System.Numerics.Tensors;
using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class RowRotationsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 5)]
    [InlineData(7, 20)]
    [InlineData(40, 40)]
    public void Rotations_make_rows_orthogonal_and_are_orthogonal_themselves(int m, int n)
    {
        double[] before = Gaussian(new Random(m + n), m * n);
        double[] after = [.. before];
        double[] j = RowRotations.Orthogonalize(after, m);
        for (int p = 0; p < m; p++)
        {
            for (int q = 0; q < m; q++)
            {
                double expected = p == q ? 1 : 0;
                Assert.Equal(expected, TensorPrimitives.Dot<double>(j.AsSpan(p * m, m), j.AsSpan(q * m, m)), 1e-12);
                if (p != q)
                    Assert.Equal(0, TensorPrimitives.Dot<double>(after.AsSpan(p * n, n), after.AsSpan(q * n, n)), 1e-9);
            }
            var row = new double[n];
            for (int k = 0; k < m; k++)
                TensorPrimitives.MultiplyAdd(before.AsSpan(k * n, n), j[p * m + k], row, row);
            Assert.All(Enumerable.Range(0, n), i => Assert.Equal(row[i], after[p * n + i], 1e-10));
        }
    }

    [Fact]
    public void The_polar_factor_of_a_stretched_rotation_is_the_rotation()
    {
        // S·R with S symmetric and positive: its nearest orthogonal matrix is R.
        double[] r = RowRotations.PolarFactor(Gaussian(new Random(3), 36), 6);
        double[] s = Square(Gaussian(new Random(4), 36));
        for (int i = 0; i < 6; i++)
            s[i * 6 + i] += 0.1;
        double[] polar = RowRotations.PolarFactor(Product(s, r), 6);
        Assert.All(Enumerable.Range(0, 36), i => Assert.Equal(r[i], polar[i], 1e-10));
    }

    [Fact]
    public void Directions_that_are_missing_are_filled_up()
    {
        // Rank 2 of 4 rows, and rows of zeros.
        double[] c = new double[4 * 5];
        (c[0], c[6], c[11]) = (3, 2, 2);
        double[] polar = RowRotations.PolarFactor(c, 4);
        for (int p = 0; p < 4; p++)
        {
            for (int q = 0; q < 4; q++)
                Assert.Equal(p == q ? 1 : 0, TensorPrimitives.Dot<double>(polar.AsSpan(p * 5, 5), polar.AsSpan(q * 5, 5)), 1e-12);
        }
        Assert.Equal(1, polar[0], 1e-12);
        double[] none = RowRotations.PolarFactor(new double[9], 3);
        Assert.Equal(3, none.Sum(x => x * x), 1e-12);
    }

    internal static double[] Gaussian(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];

    private static double[] Square(double[] a) => Product(a, [.. Enumerable.Range(0, 36).Select(i => a[i % 6 * 6 + i / 6])]);

    private static double[] Product(double[] a, double[] b)
    {
        var product = new double[36];
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 6; j++)
                product[i * 6 + j] = Enumerable.Range(0, 6).Sum(k => a[i * 6 + k] * b[k * 6 + j]);
        }
        return product;
    }
}
