using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class KernelTests
{
    [Fact]
    public void Scores_agree_with_double_within_the_bound_at_every_length_and_row_count()
    {
        var random = new Random(5);
        foreach (int d in (int[])[1, 2, 7, 15, 16, 17, 31, 33, 64, 100, 384, 400])
        {
            for (int n = 0; n <= 9; n++)
            {
                float[] rows = ClusteredVectors.Generate(n, d, 3, seed: d + n), query = ClusteredVectors.Generate(1, d, 1, seed: d);
                float[] scores = new float[n];
                InnerProducts.ScoreRows(query, rows, scores);
                double bound = d * Math.Pow(2, -24) * 1.01;
                for (int r = 0; r < n; r++)
                    Assert.Equal(Enumerable.Range(0, d).Sum(i => (double)query[i] * rows[(r * d) + i]), scores[r], bound);
            }
        }
    }

    [Fact]
    public void A_row_has_the_same_bits_of_score_wherever_it_stands()
    {
        foreach (int d in (int[])[5, 37, 384])
        {
            float[] row = ClusteredVectors.Generate(1, d, 1, seed: 1), query = ClusteredVectors.Generate(1, d, 1, seed: 2);
            float[] alone = new float[1];
            InnerProducts.ScoreRows(query, row, alone);
            float[] rows = [.. Enumerable.Repeat(row, 11).SelectMany(v => v)];
            float[] scores = new float[11];
            InnerProducts.ScoreRows(query, rows, scores);
            Assert.All(scores, s => Assert.Equal(BitConverter.SingleToInt32Bits(alone[0]), BitConverter.SingleToInt32Bits(s)));
        }
    }

    [Fact]
    public void Lengths_that_do_not_agree_are_refused()
    {
        var refusal = Assert.Throws<ArgumentException>(() => InnerProducts.ScoreRows(new float[4], new float[9], new float[2]));
        Assert.Contains("2 scores of dimension 4 need 8 floats in rows, got 9", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_scores_are_those_of_a_sort_also_with_many_ties()
    {
        var random = new Random(11);
        for (int round = 0; round < 500; round++)
        {
            (int Key, float Score)[] all = [.. Enumerable.Range(0, random.Next(40)).Select(key => (key, (float)random.Next(4)))];
            random.Shuffle(all);
            int count = random.Next(1, 12);
            var top = new TopScores<int>(count);
            foreach ((int key, float score) in all)
            {
                if (score >= top.Threshold)
                    top.Add(key, score);
            }
            Assert.Equal(all.OrderByDescending(p => p.Score).ThenBy(p => p.Key).Take(count), top.Drain());
        }
    }

    [Fact]
    public void K_means_finds_clusters_gives_each_centroid_rows_and_repeats_itself()
    {
        const int D = 32;
        float[] rows = ClusteredVectors.Generate(600, D, 12, seed: 3, spread: 0.2);
        float[] centroids = KMeans.Train(rows, D, 12, iterations: 15, seed: 1, TestContext.Current.CancellationToken);
        Assert.Equal(centroids, KMeans.Train(rows, D, 12, iterations: 15, seed: 1, TestContext.Current.CancellationToken));

        int[] cells = new int[600];
        float[] scores = new float[600];
        KMeans.Assign(rows, D, centroids, cells, scores, TestContext.Current.CancellationToken);
        Assert.Equal(12, cells.Distinct().Count());
        Assert.True(scores.Average() > 0.85, $"mean cosine to the centroid {scores.Average():F3}");
    }

    [Fact]
    public void More_iterations_never_make_the_cells_worse()
    {
        const int D = 16;
        float[] rows = ClusteredVectors.Generate(400, D, 30, seed: 8);
        double before = double.NegativeInfinity;
        foreach (int iterations in (int[])[1, 2, 4, 8, 16])
        {
            float[] centroids = KMeans.Train(rows, D, 10, iterations, seed: 2, TestContext.Current.CancellationToken);
            int[] cells = new int[400];
            float[] scores = new float[400];
            KMeans.Assign(rows, D, centroids, cells, scores, TestContext.Current.CancellationToken);
            double sum = scores.Sum(s => (double)s);
            Assert.True(sum >= before - 1e-3, $"{iterations} iterations: {sum} after {before}");
            before = sum;
        }
    }

    [Fact]
    public void Equal_rows_do_not_confuse_k_means()
    {
        float[] rows = [.. Enumerable.Repeat<float[]>([1, 0], 50).SelectMany(v => v)];
        Assert.Equal(8, KMeans.Train(rows, 2, 4, 5, 1, TestContext.Current.CancellationToken).Length);
    }
}
