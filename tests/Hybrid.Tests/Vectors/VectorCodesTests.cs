using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class VectorCodesTests
{
    public static TheoryData<int> Dimensions => [.. Enumerable.Range(1, 70), 100, 255, 256, 384, 385, 768, 1023, 4096];

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void A_bound_is_never_less_than_the_score_and_little_more(int d)
    {
        const int rows = 40;
        float[] vectors = ClusteredVectors.Generate(rows, d, 5, 1, seed: d);
        // Some of few components, some nearly so, and one of the smallest floats beside 1.
        for (int r = 0; r < 6; r++)
        {
            Span<float> row = vectors.AsSpan(r * d, d);
            row.Fill(r == 5 ? float.Epsilon : r * 1e-3f);
            row[r % d] = r % 2 == 0 ? 1 : -1;
            UnitVector.Normalize(row);
        }
        int length = VectorCodes.Length(d);
        var codes = new sbyte[rows * length];
        var scales = new CodeScale[rows];
        for (int r = 0; r < rows; r++)
            scales[r] = VectorCodes.Encode(vectors.AsSpan(r * d, d), codes.AsSpan(r * length, length));
        var bounds = new float[rows];
        CodedQuery[] coded = [.. Enumerable.Range(0, rows).Select(q => new CodedQuery(vectors.AsSpan(q * d, d)))];
        for (int q = 0; q < rows; q++)
        {
            ReadOnlySpan<float> query = vectors.AsSpan(q * d, d);
            VectorCodes.Bounds(coded[q], codes, scales, bounds);
            // The same for some of the rows, and when several ask together.
            int[] some = [.. Enumerable.Range(0, rows).Where(r => (r + q) % 3 > 0).Reverse()];
            var ofSome = new float[some.Length];
            VectorCodes.Bounds(coded[q], codes, scales, some, ofSome);
            Assert.Equal(some.Select(r => bounds[r]), ofSome);
            ReadOnlySpan<CodedQuery> together = coded.AsSpan(q / VectorCodes.QueriesAtOnce * VectorCodes.QueriesAtOnce)[..VectorCodes.QueriesAtOnce];
            var all = new float[together.Length * rows];
            VectorCodes.Bounds(together, codes, scales, all);
            Assert.Equal(bounds, all.AsSpan(q % VectorCodes.QueriesAtOnce * rows, rows).ToArray());
            for (int r = 0; r < rows; r++)
            {
                float score = InnerProducts.Score(query, vectors.AsSpan(r * d, d));
                // The row's code loses at most half a step of each component, and a bound allows for it twice; the query's loses next to nothing.
                float most = score + (coded[q].Step + scales[r].Step) * MathF.Sqrt(d) + 2e-6f * d;
                Assert.True(bounds[r] >= score && bounds[r] <= most, $"{bounds[r]} is not from {score} to {most}; d {d}, query {q}, row {r}");
            }
        }
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(32, 32)]
    [InlineData(33, 64)]
    [InlineData(384, 384)]
    public void A_code_is_as_long_as_the_vector_rounded_up(int dimension, int bytes) => Assert.Equal(bytes, VectorCodes.Length(dimension));

    [Fact]
    public void A_code_has_the_components_in_steps_of_the_greatest_and_zeros_behind_them()
    {
        var code = new sbyte[32];
        Array.Fill(code, (sbyte)7);
        CodeScale scale = VectorCodes.Encode([1.27f, -0.5f, 0.004f, 0], code);
        Assert.Equal([127, -50, 0, 0, .. new sbyte[28]], code);
        Assert.Equal(0.01, scale.Step, tolerance: 1e-6);
        Assert.Equal(0.004, scale.Lost, tolerance: 1e-5);
        Assert.Equal(new CodeScale(0, 0), VectorCodes.Encode(new float[40], new sbyte[64]));
    }
}
