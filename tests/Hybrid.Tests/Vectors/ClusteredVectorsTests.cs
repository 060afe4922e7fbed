using System.Numerics.Tensors;
using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class ClusteredVectorsTests
{
    [Fact]
    public void Rows_have_length_1_and_equal_seeds_give_equal_rows()
    {
        float[] rows = ClusteredVectors.Generate(count: 100, dimension: 7, clusters: 5, spread: 0.5, seed: 3);
        Assert.Equal(700, rows.Length);
        for (int r = 0; r < 100; r++)
            Assert.Equal(1, TensorPrimitives.Norm<float>(rows.AsSpan(r * 7, 7)), tolerance: 1e-5f);
        Assert.Equal(rows, ClusteredVectors.Generate(100, 7, 5, 0.5, seed: 3));
        Assert.NotEqual(rows, ClusteredVectors.Generate(100, 7, 5, 0.5, seed: 4));
    }

    [Fact]
    public void Without_spread_there_are_as_many_different_rows_as_clusters()
    {
        float[] rows = ClusteredVectors.Generate(count: 200, dimension: 3, clusters: 4, spread: 0, seed: 1);
        Assert.Equal(4, rows.Chunk(3).Select(row => (row[0], row[1], row[2])).Distinct().Count());
    }

    [Theory]
    [InlineData(-1, 2, 1, 0.5)]
    [InlineData(1, 0, 1, 0.5)]
    [InlineData(1, 2, 0, 0.5)]
    [InlineData(1, 2, 1, -0.5)]
    [InlineData(1, 2, 1, double.NaN)]
    [InlineData(10_000_000, 384, 1, 0.5)]
    [InlineData(1, 384, 10_000_000, 0.5)]
    public void Arguments_out_of_range_are_refused(int count, int dimension, int clusters, double spread) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ClusteredVectors.Generate(count, dimension, clusters, spread, seed: 1));
}
