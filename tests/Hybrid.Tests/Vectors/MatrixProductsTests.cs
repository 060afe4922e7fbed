using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class MatrixProductsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(4, 5, 24)]
    [InlineData(37, 16, 40)]   // rows beyond fours and blocks, columns beyond tiles
    [InlineData(9, 7, 13)]     // no multiple of a vector
    public void A_product_is_what_it_is_by_hand(int m, int inner, int n)
    {
        var random = new Random(m);
        float[] a = Numbers(random, m * inner), b = Numbers(random, inner * n), product = Numbers(random, m * n);

        MatrixProducts.Multiply(a, b, product, inner);

        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = Enumerable.Range(0, inner).Sum(k => (double)a[i * inner + k] * b[k * n + j]);
                Assert.Equal(sum, product[i * n + j], 1e-5 * inner);
            }
        }
    }

    [Fact]
    public void Transposed_twice_a_matrix_is_itself()
    {
        float[] matrix = Numbers(new Random(1), 19 * 33), once = new float[matrix.Length], twice = new float[matrix.Length];
        MatrixProducts.Transpose(matrix, once, 33);
        Assert.Equal(matrix[2 * 33 + 5], once[5 * 19 + 2]);
        MatrixProducts.Transpose(once, twice, 19);
        Assert.Equal(matrix, twice);
    }

    [Fact]
    public void Matrices_that_do_not_fit_are_refused()
    {
        Assert.Contains("not 5 floats", Assert.Throws<ArgumentException>(() => MatrixProducts.Multiply(new float[4], new float[4], new float[5], 2)).Message,
            StringComparison.Ordinal);
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
}
