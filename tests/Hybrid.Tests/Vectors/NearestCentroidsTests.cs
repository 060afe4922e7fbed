using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class NearestCentroidsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(7, 3, 5)]
    [InlineData(64, 40, 16)]
    [InlineData(33, 21, 100)]
    [InlineData(20, 130, 384)]
    public void Each_row_has_the_centroid_of_highest_score(int n, int cells, int d)
    {
        float[] rows = ClusteredVectors.Generate(n, d, 5, 1, seed: 1), centroids = ClusteredVectors.Generate(cells, d, 5, 1, seed: 2);
        int[] nearest = [.. Enumerable.Repeat(-1, n)];
        var scores = new float[n];
        NearestCentroids.Find(rows, centroids, d, nearest, scores);
        for (int r = 0; r < n; r++)
        {
            (_, float best) = KMeans.Nearest(rows.AsSpan(r * d, d), centroids);
            Assert.Equal(best, scores[r], tolerance: 1e-6f * d);
            Assert.Equal(scores[r], InnerProducts.Score(rows.AsSpan(r * d, d), centroids.AsSpan(nearest[r] * d, d)), tolerance: 1e-6f * d);
        }
    }

    [Fact]
    public void The_first_of_equal_centroids_is_taken()
    {
        float[] row = [0.6f, 0.8f], centroids = [1, 0, .. row, .. row, .. row, .. row, .. row];
        var nearest = new int[4];
        NearestCentroids.Find([.. row, .. row, .. row, .. row], centroids, 2, nearest, new float[4]);
        Assert.Equal([1, 1, 1, 1], nearest);
    }
}
