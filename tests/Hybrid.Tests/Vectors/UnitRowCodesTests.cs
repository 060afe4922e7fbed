using System.Numerics.Tensors;
using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class UnitRowCodesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.9f)]
    [InlineData(0.999f)]
    public void Few_rows_are_scored_and_the_nearest_are_among_them_whatever_all_have_in_common(float likeness)
    {
        const int rows = 5_000, d = 64, count = 20;
        var random = new Random(11);
        float[] common = UnitVectors.Draw(random, d);
        float own = MathF.Sqrt(1 - likeness * likeness);
        float[] vectors = [.. Enumerable.Range(0, rows).SelectMany(_ => UnitVectors.Draw(random, d).Zip(common, (x, c) => 3 * (own * x + likeness * c)))];
        float[] inverse = [.. Enumerable.Range(0, rows).Select(row => 1 / TensorPrimitives.Norm(Row(row)))];
        var codes = new UnitRowCodes(vectors, d, inverse);
        for (int q = 0; q < 20; q++)
        {
            float[] query = [.. UnitVectors.Draw(random, d).Zip(common, (x, c) => own * x + likeness * c)];
            UnitVector.Normalize(query);
            float Score(int row) => TensorPrimitives.Dot(query, Row(row)) * inverse[row];
            List<int> found = codes.MayBeNearest(query, count, Score);
            Assert.Subset(found.ToHashSet(), Enumerable.Range(0, rows).OrderByDescending(Score).Take(count).ToHashSet());
            Assert.InRange(found.Count, count, rows / 20);
        }

        ReadOnlySpan<float> Row(int row) => vectors.AsSpan(row * d, d);
    }
}
