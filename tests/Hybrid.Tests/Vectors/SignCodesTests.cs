using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class SignCodesTests
{
    [Theory]
    [InlineData(384, 100)]
    [InlineData(100, 33)]
    [InlineData(16, 32)]
    [InlineData(5, 1)]
    [InlineData(1, 40)]
    [InlineData(8_200, 3)]   // more sums than fit into 16 bits
    public void A_bound_is_hardly_ever_less_than_the_score(int d, int rows)
    {
        var random = new Random(d);
        float[] centre = [.. UnitVectors.Draw(random, d).Select(x => x / 2)];
        float[][] vectors = [.. Enumerable.Range(0, rows).Select(_ => Near(random, centre))];
        var groups = new byte[(rows + SignCodes.RowsTogether - 1) / SignCodes.RowsTogether * SignCodes.GroupBytes(d)];
        new Random(1).NextBytes(groups);   // what a row that was not kept has left
        var scales = new SignScales(new float[SignScale.Floats * rows]);
        for (int r = 0; r < rows; r++)
        {
            scales.Set(r, SignCodes.Encode(vectors[r], centre,
                groups.AsSpan(r / SignCodes.RowsTogether * SignCodes.GroupBytes(d), SignCodes.GroupBytes(d)), r % SignCodes.RowsTogether));
        }
        int below = 0;
        double excess = 0;
        var bounds = new float[rows];
        const int queries = 200;
        for (int q = 0; q < queries; q++)
        {
            float[] query = Near(random, centre);
            SignCodes.Bounds(new SignedQuery(query), centre, groups, scales, bounds);
            for (int r = 0; r < rows; r++)
            {
                float score = InnerProducts.Score(query, vectors[r]);
                below += bounds[r] < score ? 1 : 0;
                excess += bounds[r] - score;
            }
        }
        // Two deviations: 2.3 % of normally distributed ones, less what is added for rounding; of few components they are not.
        Assert.InRange(below / (double)(queries * rows), 0, d < 16 ? 0.05 : 0.025);
        Assert.InRange(excess / (queries * rows), 0, d < 16 ? 3 : 10 / Math.Sqrt(d));
    }

    [Fact]
    public void A_row_at_the_centre_has_its_score()
    {
        float[] query = UnitVectors.Draw(new Random(1), 24);
        var group = new byte[SignCodes.GroupBytes(24)];
        var bounds = new float[1];
        float[] row = UnitVectors.Draw(new Random(2), 24);
        SignCodes.Bounds(new SignedQuery(query), row, group, Of(SignCodes.Encode(row, row, group, 0)), bounds);
        Assert.Equal(InnerProducts.Score(query, row), bounds[0]);
    }

    [Fact]
    public void Rows_of_a_group_do_not_disturb_each_other()
    {
        const int d = 40;
        var random = new Random(5);
        float[][] vectors = [.. Enumerable.Range(0, SignCodes.RowsTogether).Select(_ => UnitVectors.Draw(random, d))];
        byte[] together = new byte[SignCodes.GroupBytes(d)];
        SignScales scales = Of([.. vectors.Select((vector, row) => SignCodes.Encode(vector, [], together, row))]);
        var bounds = new float[vectors.Length];
        var query = new SignedQuery(UnitVectors.Draw(random, d));
        SignCodes.Bounds(query, [], together, scales, bounds);
        for (int r = 0; r < vectors.Length; r++)
        {
            byte[] alone = new byte[SignCodes.GroupBytes(d)];
            SignScales scale = Of(SignCodes.Encode(vectors[r], [], alone, 0));
            var bound = new float[1];
            SignCodes.Bounds(query, [], alone, scale, bound);
            Assert.Equal(bound[0], bounds[r]);
        }
    }

    [Fact]
    public void Every_instruction_set_adds_up_to_the_same()
    {
        var random = new Random(9);
        foreach (int d in (int[])[1, 16, 100, 384, 8_200])
        {
            var query = new SignedQuery(UnitVectors.Draw(random, d));
            byte[] group = new byte[SignCodes.GroupBytes(d)];
            random.NextBytes(group);
            int[] expected = new int[SignCodes.RowsTogether], sums = new int[SignCodes.RowsTogether];
            for (int row = 0; row < expected.Length; row++)
            {
                for (int lane = 0; lane < group.Length / 16; lane++)
                    expected[row] += query.Sums[lane * 16 + (group[lane * 16 + row % 16] >> (row < 16 ? 0 : 4) & 15)];
            }
            SignCodes.AddUp(query.Sums, group, sums, wide: false);
            Assert.Equal(expected, sums);
            if (!SignCodes.IsWide)
                continue;
            SignCodes.AddUp(query.Sums, group, sums, wide: true);
            Assert.Equal(expected, sums);
        }
    }

    private static SignScales Of(params SignScale[] scales)
    {
        var all = new SignScales(new float[SignScale.Floats * scales.Length]);
        for (int row = 0; row < scales.Length; row++)
            all.Set(row, scales[row]);
        return all;
    }

    private static float[] Near(Random random, float[] centre)
    {
        float[] vector = [.. UnitVectors.Draw(random, centre.Length).Zip(centre, (a, b) => a + b)];
        if (centre.Length == 1)
            return [MathF.Sign(vector[0])];
        UnitVector.Normalize(vector);
        return vector;
    }
}
