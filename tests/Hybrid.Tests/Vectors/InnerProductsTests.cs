using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class InnerProductsTests
{
    public static TheoryData<int> Dimensions => [.. Enumerable.Range(1, 70), 100, 255, 256, 384, 385, 768, 1023];

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void Scores_are_those_of_double_within_the_bound_of_any_summation_order(int d)
    {
        const int rows = 13;
        float[] query = Draw(d, seed: d), matrix = Draw(rows * d, seed: 1000 + d);
        var scores = new float[rows];
        InnerProducts.ScoreRows(query, matrix, scores);
        for (int r = 0; r < rows; r++)
        {
            double exact = 0, magnitude = 0;
            for (int i = 0; i < d; i++)
            {
                exact += (double)query[i] * matrix[r * d + i];
                magnitude += Math.Abs((double)query[i] * matrix[r * d + i]);
            }
            double unit = Math.Pow(2, -24), gamma = d * unit / (1 - d * unit);
            Assert.InRange(scores[r], exact - gamma * magnitude, exact + gamma * magnitude);
        }
    }

    [Fact]
    public void The_score_of_a_row_is_the_same_bits_wherever_it_stands()
    {
        const int d = 101, rows = 37;
        float[] query = Draw(d, seed: 1), row = Draw(d, seed: 2);
        var alone = new float[1];
        InnerProducts.ScoreRows(query, row, alone);
        for (int place = 0; place < rows; place++)
        {
            float[] matrix = Draw(place + rows * d, seed: 3);   // shifted by `place` floats, so that alignment varies too
            row.CopyTo(matrix, place + place * d);
            var scores = new float[rows];
            InnerProducts.ScoreRows(query, matrix.AsSpan(place), scores);
            Assert.Equal(BitConverter.SingleToInt32Bits(alone[0]), BitConverter.SingleToInt32Bits(scores[place]));
        }
    }

    [Theory]
    [InlineData(3, 6, 3)]
    [InlineData(3, 10, 3)]
    [InlineData(0, 0, 1)]
    [InlineData(0, 0, 0)]
    public void Lengths_that_do_not_agree_are_refused(int query, int rows, int scores) =>
        Assert.Throws<ArgumentException>(() => InnerProducts.ScoreRows(new float[query], new float[rows], new float[scores]));

    private static float[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
