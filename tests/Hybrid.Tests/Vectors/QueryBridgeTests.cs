using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class QueryBridgeTests
{
    private const int D = 16, Pairs = 6_000;

    [Fact]
    public void Queries_of_an_adapted_encoder_find_in_the_old_vectors_what_they_find_in_their_own()
    {
        (float[] olds, float[] news) = Adapted(seed: 1);
        (SpaceMap map, BridgeReport report) = QueryBridge.Fit(new SpacePairs(Space("new"), news, Space("old"), olds), cancellationToken: Token);

        double asTheyAre = report.Candidates.Single(one => one.Kind == SpaceMapKind.None).Recall;
        Assert.InRange(report.Recall, 0.8, 1);
        Assert.True(report.Recall >= asTheyAre, $"{report.Recall} with the map, {asTheyAre} without");
        Assert.Equal((Pairs, Space("new"), Space("old")), (report.Pairs, map.Source, map.Target));
        Assert.InRange(report.HeldOut, Pairs / 6, Pairs / 4);
        Assert.Equal(report.Candidates.Max(one => one.Recall), report.Recall);
        Assert.StartsWith("new@", map.Space.Model, StringComparison.Ordinal);
        Assert.Contains(" in old@", map.Space.Model, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_same_encoder_rounded_no_map_is_taken_or_one_that_finds_more()
    {
        float[] olds = Units(1), news = [.. olds];
        var random = new Random(2);
        for (int i = 0; i < news.Length; i++)
            news[i] += 0.02f * (random.NextSingle() - 0.5f);
        (_, BridgeReport report) = QueryBridge.Fit(new SpacePairs(Space("new"), news, Space("old"), olds), cancellationToken: Token);
        Assert.InRange(report.Recall, 0.8, 1);
        Assert.True(report.Recall >= report.Candidates.Single(one => one.Kind == SpaceMapKind.None).Recall);
    }

    [Fact]
    public void Equal_pairs_give_an_equal_bridge()
    {
        (float[] olds, float[] news) = Adapted(seed: 3);
        SpaceMap first = QueryBridge.Fit(new SpacePairs(Space("new"), news, Space("old"), olds), cancellationToken: Token).Map;
        SpaceMap second = QueryBridge.Fit(new SpacePairs(Space("new"), news, Space("old"), olds), cancellationToken: Token).Map;
        Assert.Equal(first.Matrix.ToArray(), second.Matrix.ToArray());
        Assert.Equal(first.Space, second.Space);
    }

    [Fact]
    public void Too_few_pairs_and_encoders_that_agree_too_little_are_refused_with_the_numbers()
    {
        float[] some = Units(1)[..(4_999 * D)];
        AlignmentException few = Assert.Throws<AlignmentException>(() =>
            QueryBridge.Fit(new SpacePairs(Space("new"), some, Space("old"), some), cancellationToken: Token));
        Assert.Contains("share the vectors of 4,999 texts, and a bridge is fitted on 5,000 or more", few.Message, StringComparison.Ordinal);

        AlignmentException strangers = Assert.Throws<AlignmentException>(() =>
            QueryBridge.Fit(new SpacePairs(Space("new"), Units(1), Space("old"), Units(2)), cancellationToken: Token));
        Assert.Contains("80.0 % are asked for", strangers.Message.Replace("80.0%", "80.0 %", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelled_it_ends()
    {
        (float[] olds, float[] news) = Adapted(seed: 3);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            QueryBridge.Fit(new SpacePairs(Space("new"), news, Space("old"), olds), cancellationToken: new CancellationToken(canceled: true)));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static VectorSpace Space(string name) => new(name, $"{name}0123456789abcdef", D, VectorSpaceKind.Text);

    /// <summary>Synthetic: unit vectors, and what a matrix that is no rotation makes of them, at length 1.</summary>
    private static (float[] Olds, float[] News) Adapted(int seed)
    {
        float[] olds = Units(seed), matrix = Units(seed + 100)[..(D * D)], news = new float[olds.Length];
        for (int i = 0; i < D * D; i++)
            matrix[i] = (i / D == i % D ? 1 : 0) + 0.35f * matrix[i];
        MatrixProducts.Multiply(olds, matrix, news, D);
        for (int row = 0; row < Pairs; row++)
            UnitVector.Normalize(news.AsSpan(row * D, D));
        return (olds, news);
    }

    private static float[] Units(int seed)
    {
        float[] vectors = Array.ConvertAll(RowRotationsTests.Gaussian(new Random(seed), Pairs * D), x => (float)x);
        for (int row = 0; row < Pairs; row++)
            UnitVector.Normalize(vectors.AsSpan(row * D, D));
        return vectors;
    }
}
