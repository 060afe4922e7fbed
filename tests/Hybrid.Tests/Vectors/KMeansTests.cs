using System.Numerics.Tensors;
using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class KMeansTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Equal_seeds_give_equal_centroids_and_another_seed_others()
    {
        float[] rows = ClusteredVectors.Generate(3000, 16, clusters: 40, spread: 1, seed: 1);
        float[] centroids = KMeans.Train(rows, 16, cells: 20, seed: 5, Token).Centroids;
        Assert.Equal(centroids, KMeans.Train(rows, 16, 20, seed: 5, Token).Centroids);
        Assert.NotEqual(centroids, KMeans.Train(rows, 16, 20, seed: 6, Token).Centroids);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_cost_falls_and_never_rises(int seed)
    {
        float[] rows = ClusteredVectors.Generate(2000, 12, clusters: 30, spread: 1, seed);
        IReadOnlyList<double> costs = KMeans.Train(rows, 12, cells: 25, seed, Token).Costs;
        Assert.True(costs[^1] < costs[0]);
        // Each of n scores is rounded, and so are the centroids: γ_d a row.
        double rounding = 2000 * 12 * Math.Pow(2, -23);
        for (int i = 1; i < costs.Count; i++)
            Assert.True(costs[i] <= costs[i - 1] + rounding, $"round {i}: {costs[i - 1]} → {costs[i]}");
    }

    [Theory]
    [InlineData(50, 50, 500, 0.5)]    // as many cells as rows
    [InlineData(400, 60, 5, 0.01)]    // cells outnumber clusters: many start in the same one
    [InlineData(300, 1, 3, 1)]
    public void No_cell_is_without_a_row_and_centroids_have_length_1(int count, int cells, int clusters, double spread)
    {
        float[] rows = ClusteredVectors.Generate(count, 8, clusters, spread, seed: 1);
        KMeans trained = KMeans.Train(rows, 8, cells, seed: 1, Token);
        Assert.Equal(cells, trained.Cells);
        Assert.Equal(cells * 8, trained.Centroids.Length);
        Assert.Equal(cells, Enumerable.Range(0, count).Select(r => KMeans.Nearest(rows.AsSpan(r * 8, 8), trained.Centroids).Cell).Distinct().Count());
        for (int c = 0; c < cells; c++)
            Assert.Equal(1, TensorPrimitives.Norm<float>(trained.Centroids.AsSpan(c * 8, 8)), tolerance: 1e-5f);
    }

    [Fact]
    public void There_are_never_more_cells_than_distinct_vectors()
    {
        float[] rows = ClusteredVectors.Generate(200, 6, clusters: 4, spread: 0, seed: 1);
        KMeans trained = KMeans.Train(rows, 6, cells: 10, seed: 1, Token);
        Assert.Equal(4, trained.Cells);
        Assert.Equal(0, trained.Costs[^1], tolerance: 200 * 6 * Math.Pow(2, -23));
    }

    [Fact]
    public void Rows_that_cancel_each_other_leave_a_centroid_of_length_1()
    {
        KMeans trained = KMeans.Train(new float[] { 1, 0, -1, 0 }, 2, cells: 1, seed: 1, Token);
        Assert.Equal(1, TensorPrimitives.Norm<float>(trained.Centroids), tolerance: 1e-6f);
    }

    [Fact]
    public void The_first_of_equally_near_centroids_is_the_nearest() =>
        Assert.Equal((1, 0f), KMeans.Nearest([0, 1], [0, -1, 1, 0, -1, 0]));

    [Fact]
    public void A_cancelled_training_stops() =>
        Assert.ThrowsAny<OperationCanceledException>(() => KMeans.Train(new float[] { 1, 0, 0, 1 }, 2, 1, 1, new CancellationToken(canceled: true)));

    [Theory]
    [InlineData(4, 2, 3)]
    [InlineData(4, 2, 0)]
    [InlineData(5, 2, 1)]
    public void Rows_that_do_not_fit_are_refused(int floats, int dimension, int cells) =>
        Assert.Throws<ArgumentException>(() => KMeans.Train(new float[floats], dimension, cells, 1, Token));
}
