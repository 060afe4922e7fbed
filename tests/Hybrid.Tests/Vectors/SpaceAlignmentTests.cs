using System.Numerics.Tensors;
using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class SpaceAlignmentTests
{
    private const int Pairs = 600;

    [Fact]
    public void A_rotated_and_moved_space_is_found_again_exactly()
    {
        float[] x = Vectors(seed: 1, Pairs, 8);
        float[] rotation = Array.ConvertAll(RowRotations.PolarFactor(RowRotationsTests.Gaussian(new Random(2), 64), 8), r => (float)r);
        float[] y = Times(x, rotation, 8, 8);
        for (int i = 0; i < y.Length; i++)
            y[i] += i % 8;   // the mean of the other space

        (SpaceMap map, AlignmentReport report) = Fit(x, 8, y, 8, SpaceMapKind.Rotation);

        Assert.All(Enumerable.Range(0, 64), i => Assert.Equal(rotation[i], map.Matrix.Span[i], 1e-5f));
        Assert.Equal(1, report.Agreement, 1e-3);
        Assert.Equal(1, report.SharedAnyway, 1e-2);   // a rotation changes no neighbour
        Assert.InRange(report.Residual, 0, 1e-6);
        Assert.Equal(10.0 / (Pairs - 1), report.Chance);
        Assert.Equal((Pairs, Pairs), (report.Shared, report.Judged));
        float[] mapped = map.Apply(x);
        Assert.All(Enumerable.Range(0, y.Length), i => Assert.Equal(y[i], mapped[i], 1e-4f));
    }

    [Theory]
    [InlineData(6, 10)]
    [InlineData(10, 6)]
    public void A_rotation_between_dimensions_keeps_every_inner_product(int source, int target)
    {
        float[] x = Vectors(seed: 1, Pairs, source);
        float[] y = Times(x, Vectors(seed: 2, source, target), source, target);
        (SpaceMap map, _) = Fit(x, source, y, target, SpaceMapKind.Rotation, centre: false);
        float[] mapped = map.Apply(x);
        Assert.Equal(Math.Max(source, target), map.Dimension);
        for (int p = 0; p < 50; p++)
        {
            for (int q = 0; q < 50; q++)
            {
                Assert.Equal(TensorPrimitives.Dot(x.AsSpan(p * source, source), x.AsSpan(q * source, source)),
                    TensorPrimitives.Dot(mapped.AsSpan(p * map.Dimension, map.Dimension), mapped.AsSpan(q * map.Dimension, map.Dimension)), 1e-4f);
            }
        }
    }

    [Fact]
    public void A_ridge_map_finds_what_is_linear_and_no_rotation()
    {
        float[] x = Vectors(seed: 1, Pairs, 12), matrix = Vectors(seed: 2, 12, 4);
        (SpaceMap map, AlignmentReport report) = Fit(x, 12, Times(x, matrix, 12, 4), 4, SpaceMapKind.Ridge);
        Assert.Equal(0.01, report.Penalty);
        Assert.InRange(report.Residual, 0, 1e-3);
        Assert.InRange(report.Agreement, 0.95, 1);
        Assert.Equal((SpaceMapKind.Ridge, 4), (map.Kind, map.Dimension));
    }

    [Fact]
    public void The_kind_is_chosen_by_what_agrees_best()
    {
        float[] x = Vectors(seed: 1, Pairs, 8);
        // As they are, a little disturbed: no map is better than none.
        float[] near = [.. x.Zip(Vectors(seed: 5, Pairs, 8), (a, b) => a + 0.001f * b)];
        Assert.Equal(1, Fit(x, 8, near, 8, SpaceMapKind.Auto).Report.Agreement, 0.05);
        // Two of eight dimensions stretched, and noise that only they stand above: not a rotation.
        float[] stretched = Times(x, [.. Enumerable.Range(0, 64).Select(i => i % 9 != 0 ? 0 : i == 0 ? 9f : i == 9 ? -5f : 0.1f)], 8, 8);
        (_, AlignmentReport report) = Fit(x, 8, stretched, 8, SpaceMapKind.Auto);
        Assert.Contains(report.Kind, (SpaceMapKind[])[SpaceMapKind.Ridge, SpaceMapKind.LowRank]);
        AlignmentReport low = Fit(x, 8, stretched, 8, SpaceMapKind.LowRank).Report;
        Assert.Equal(2, low.Rank is 1 or 2 or 4 ? 2 : low.Rank);
        Assert.InRange(low.Agreement, 0.7, 1);
    }

    [Fact]
    public void Frequent_items_count_more_up_to_fifty_and_every_band_is_reported()
    {
        // Tail and mid follow another map than head, which all together weigh more than.
        float[] x = Vectors(seed: 1, 900, 6), a = Vectors(seed: 2, 6, 6), b = Vectors(seed: 3, 6, 6);
        float[] y = [.. Times(x, a, 6, 6)[..(600 * 6)], .. Times(x, b, 6, 6)[(600 * 6)..]];
        long[] counts = [.. Enumerable.Range(0, 900).Select(i => i < 300 ? 1L : i < 600 ? 6 : 1_000_000)];
        var options = new AlignmentOptions { Kind = SpaceMapKind.Ridge };
        AlignmentReport report = SpaceAlignment.Fit(new SpacePairs(Space("a", 6), x, Space("b", 6), y, counts), options, Token).Report;

        Assert.Equal([("tail", 300), ("mid", 300), ("head", 300)], report.Bands.Select(band => (band.Name, band.Judged)));
        Assert.True(report.Bands[2].Residual < 0.2 && report.Bands[0].Residual > 0.5, $"{report.Bands[2]}, {report.Bands[0]}");
        Assert.True(report.Bands[2].Agreement > report.Bands[0].Agreement + 0.2, $"{report.Bands[2]}, {report.Bands[0]}");
        Assert.Equal(report.Agreement, report.Bands.Average(band => band.Agreement), 1e-9);
    }

    [Fact]
    public void Too_few_pairs_and_spaces_that_have_nothing_to_do_with_each_other_are_refused_with_the_numbers()
    {
        var few = Assert.Throws<AlignmentException>(() => Fit(Vectors(1, 199, 4), 4, Vectors(2, 199, 4), 4, SpaceMapKind.Rotation));
        Assert.Equal($"{Space("source", 4)} and {Space("target", 4)} share 199 vectors, and a map is fitted on 200 or more: share more of them.", few.Message);
        Assert.Null(few.Report);

        var strange = Assert.Throws<AlignmentException>(() => Fit(Vectors(1, Pairs, 4), 4, Vectors(2, Pairs, 4), 4, SpaceMapKind.Rotation));
        Assert.Matches("cannot be led into .*: of ten neighbours [0-9.]+ % are the true ones, and 3.3 % are asked for \\(chance has 1.7 %; Rotation, residual ",
            strange.Message);
        Assert.InRange(strange.Report!.Agreement, 0, 2 * strange.Report.Chance);   // ! : it was measured

        float[] x = Vectors(1, Pairs, 4), y = [.. x.Zip(Vectors(2, Pairs, 4), (a, b) => a + b)];
        Assert.Throws<AlignmentException>(() => SpaceAlignment.Fit(new SpacePairs(Space("s", 4), x, Space("t", 4), y),
            new AlignmentOptions { LeastAgreement = 0.9 }, Token));
        Assert.Throws<AlignmentException>(() => SpaceAlignment.Fit(new SpacePairs(Space("s", 4), x, Space("t", 4), x),
            new AlignmentOptions { LeastPairs = 5_000 }, Token));
        Assert.Throws<ArgumentException>(() => Fit(x, 4, Vectors(1, Pairs, 5), 5, SpaceMapKind.None));
        Assert.Throws<ArgumentException>(() => new SpacePairs(Space("s", 4), x, Space("t", 4), y.AsMemory(..^4)));
        Assert.Throws<ArgumentException>(() => new SpacePairs(Space("s", 4), x, Space("t", 4), new[] { float.NaN }.Concat(y[1..]).ToArray()));
        Assert.Throws<ArgumentException>(() => new SpacePairs(Space("s", 4), x, Space("t", 4), y, new long[Pairs]));
    }

    [Fact]
    public void A_mapped_space_names_both_parents_and_is_neither()
    {
        float[] x = Vectors(seed: 1, Pairs, 4);
        SpaceMap map = Fit(x, 4, x, 4, SpaceMapKind.Rotation).Map, again = Fit(x, 4, x, 4, SpaceMapKind.Rotation).Map;
        SpaceMap other = Fit(x, 4, [.. x.Select(f => -f)], 4, SpaceMapKind.Rotation).Map;
        Assert.Equal(map.Space, again.Space);
        Assert.NotEqual(map.Space, other.Space);
        Assert.Equal("source@aa11 in target@aa11", map.Space.Model);
        Assert.Equal(VectorSpaceKind.Blended, map.Space.Kind);
        Assert.Throws<ArgumentException>(() => map.Apply(new float[3], new float[4]));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static VectorSpace Space(string name, int dimension) => new(name, "aa11", dimension, VectorSpaceKind.Text);

    private static (SpaceMap Map, AlignmentReport Report) Fit(float[] x, int source, float[] y, int target, SpaceMapKind kind, bool centre = true) =>
        SpaceAlignment.Fit(new SpacePairs(Space("source", source), x, Space("target", target), y), new AlignmentOptions { Kind = kind, Centre = centre },
            Token);

    private static float[] Vectors(int seed, int rows, int d) => Array.ConvertAll(RowRotationsTests.Gaussian(new Random(seed), rows * d), x => (float)x);

    /// <summary>[n × d] · [d × t].</summary>
    private static float[] Times(float[] x, float[] matrix, int d, int t)
    {
        var product = new float[x.Length / d * t];
        for (int row = 0; row < x.Length / d; row++)
        {
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < t; j++)
                    product[row * t + j] += x[row * d + i] * matrix[i * t + j];
            }
        }
        return product;
    }
}
