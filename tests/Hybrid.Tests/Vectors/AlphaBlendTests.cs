using System.Numerics.Tensors;
using Hybrid.Vectors;

namespace Hybrid.Tests.Vectors;

public sealed class AlphaBlendTests
{
    private static readonly VectorSpace Text = new("text", new string('a', 64), 6, VectorSpaceKind.Text, "{title}");
    private static readonly VectorSpace Legacy = new("item2vec", new string('b', 64), 4, VectorSpaceKind.Behavior);

    [Fact]
    public void The_plain_form_is_that_of_the_formula()
    {
        var blend = new AlphaBlend(Text, new float[6], Legacy, new float[4], 0.3, BlendForm.Plain);
        float[] blended = new float[6];
        Assert.True(blend.TryBlend([2, 0, 0, 0, 0, 0], [0, 3, 0, 0], blended));
        double norm = Math.Sqrt(0.3 * 0.3 + 0.7 * 0.7);
        Assert.Equal([0.3 / norm, 0.7 / norm, 0, 0, 0, 0], blended.Select(x => (double)x), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(BlendForm.Centred)]
    [InlineData(BlendForm.Joined)]
    public void At_either_end_the_cosines_are_those_of_one_space_centred(BlendForm form)
    {
        (float[] texts, float[] legacies) = Draw(items: 40);
        foreach (double alpha in new[] { 0.0, 1.0 })
        {
            float[] blended = Of(texts, legacies, alpha, form).BlendAll(texts, legacies, TestContext.Current.CancellationToken);
            (float[] own, int d) = alpha == 0 ? (Centred(legacies, 4), 4) : (Centred(texts, 6), 6);
            int wide = blended.Length / 40;
            for (int a = 0; a < 40; a++)
            {
                for (int b = 0; b < 40; b++)
                {
                    Assert.Equal(TensorPrimitives.Dot(own.AsSpan(a * d, d), own.AsSpan(b * d, d)),
                        TensorPrimitives.Dot(blended.AsSpan(a * wide, wide), blended.AsSpan(b * wide, wide)), tolerance: 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Joined_the_cosine_is_the_mean_of_both_by_the_squares_of_their_shares()
    {
        (float[] texts, float[] legacies) = Draw(items: 20);
        const double alpha = 0.4;
        float[] blended = Of(texts, legacies, alpha, BlendForm.Joined).BlendAll(texts, legacies, TestContext.Current.CancellationToken);
        float[] text = Centred(texts, 6), legacy = Centred(legacies, 4);
        for (int other = 1; other < 20; other++)
        {
            double expected = (alpha * alpha * TensorPrimitives.Dot(text.AsSpan(0, 6), text.AsSpan(other * 6, 6))
                + (1 - alpha) * (1 - alpha) * TensorPrimitives.Dot(legacy.AsSpan(0, 4), legacy.AsSpan(other * 4, 4)))
                / (alpha * alpha + (1 - alpha) * (1 - alpha));
            Assert.Equal(expected, TensorPrimitives.Dot(blended.AsSpan(0, 10), blended.AsSpan(other * 10, 10)), tolerance: 1e-5);
        }
    }

    [Theory]
    [InlineData(BlendForm.Centred, 0.3)]
    [InlineData(BlendForm.Joined, 0.3)]
    [InlineData(BlendForm.Centred, 0)]
    public void An_item_without_a_legacy_vector_is_its_centred_text(BlendForm form, double alpha)
    {
        (float[] texts, float[] legacies) = Draw(items: 10);
        AlphaBlend blend = Of(texts, legacies, alpha, form);
        float[] cold = new float[blend.Space.Dimension], zeros = new float[blend.Space.Dimension];
        Assert.True(blend.TryBlend(texts.AsSpan(0, 6), [], cold));
        Assert.True(blend.TryBlend(texts.AsSpan(0, 6), new float[4], zeros));
        Assert.Equal(cold, zeros);
        Assert.Equal(Centred(texts, 6)[..6].Select(x => (double)x), cold[..6].Select(x => (double)x), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.All(cold[6..], x => Assert.Equal(0, x));
    }

    [Fact]
    public void What_has_neither_or_only_the_mean_is_no_vector()
    {
        var blend = new AlphaBlend(Text, [1, 0, 0, 0, 0, 0], Legacy, new float[4], 0.5);
        float[] blended = [9, 9, 9, 9, 9, 9];
        Assert.False(blend.TryBlend([], [], blended));
        Assert.All(blended, x => Assert.Equal(0, x));
        Assert.False(blend.TryBlend([5, 0, 0, 0, 0, 0], [], blended));   // every text is like this one
        // Two that undo each other.
        Assert.False(new AlphaBlend(Text, new float[6], Legacy, new float[4], 0.5).TryBlend([1, 0, 0, 0, 0, 0], [-1, 0, 0, 0], blended));
    }

    [Fact]
    public void Every_alpha_form_parent_and_mean_is_a_space_of_its_own_that_names_its_parents()
    {
        float[] none = new float[6], mean = [0.1f, 0, 0, 0, 0, 0], legacy = new float[4];
        VectorSpace[] spaces =
        [
            new AlphaBlend(Text, none, Legacy, legacy, 0.3).Space, new AlphaBlend(Text, none, Legacy, legacy, 0.4).Space,
            new AlphaBlend(Text, mean, Legacy, legacy, 0.3).Space, new AlphaBlend(Text, none, Legacy, legacy, 0.3, BlendForm.Plain).Space,
            new AlphaBlend(Text with { Hash = new('c', 64) }, none, Legacy, legacy, 0.3).Space,
            new AlphaBlend(Text, none, Legacy with { Hash = new('c', 64) }, legacy, 0.3).Space,
        ];
        Assert.Equal(spaces.Length, spaces.Distinct().Count());
        Assert.Equal(spaces[0], new AlphaBlend(Text, none, Legacy, legacy, 0.3).Space);
        Assert.All(spaces, space => Assert.Equal((VectorSpaceKind.Blended, 6, "{title}"), (space.Kind, space.Dimension, space.Template)));
        Assert.Equal("0.3 text + 0.7 item2vec", spaces[0].Model);
        Assert.Equal(10, new AlphaBlend(Text, none, Legacy, legacy, 0.3, BlendForm.Joined).Space.Dimension);
    }

    [Fact]
    public void The_mean_is_of_vectors_at_length_1_and_rows_of_zeros_do_not_count()
    {
        Assert.Equal([0.5f, 0.5f], AlphaBlend.MeanOf([4, 0, 0, 0, 0, 0.25f], 2));
        Assert.Equal([0f, 0f], AlphaBlend.MeanOf([], 2));
    }

    [Fact]
    public void What_cannot_be_blended_is_refused_with_the_numbers()
    {
        float[] six = new float[6], four = new float[4];
        Assert.Contains("Alpha takes 0 to 1, not 1.5", Message(() => _ = new AlphaBlend(Text, six, Legacy, four, 1.5)), StringComparison.Ordinal);
        Assert.Contains("not NaN", Message(() => _ = new AlphaBlend(Text, six, Legacy, four, double.NaN)), StringComparison.Ordinal);
        Assert.Contains("A mean of 4 floats is not one of text@", Message(() => _ = new AlphaBlend(Text, four, Legacy, four, 0)), StringComparison.Ordinal);
        Assert.Contains("not a finite number", Message(() => _ = new AlphaBlend(Text, six, Legacy, [0, 0, 0, float.NaN], 0)), StringComparison.Ordinal);
        var blend = new AlphaBlend(Text, six, Legacy, four, 0.5);
        Assert.Contains("A vector of 4 floats is none of text@", Message(() => blend.TryBlend(four, four, six)), StringComparison.Ordinal);
        Assert.Contains("The blend has 6 floats, not 4", Message(() => blend.TryBlend(six, four, four)), StringComparison.Ordinal);
        Assert.Contains("are not of as many items", Message(() => blend.BlendAll(new float[12], four)), StringComparison.Ordinal);
        Assert.Contains("5 floats are no vectors of 2", Message(() => AlphaBlend.MeanOf(new float[5], 2)), StringComparison.Ordinal);

        static string Message(Action act) => Assert.ThrowsAny<ArgumentException>(act).Message;
    }

    private static AlphaBlend Of(float[] texts, float[] legacies, double alpha, BlendForm form) =>
        new(Text, AlphaBlend.MeanOf(texts, 6), Legacy, AlphaBlend.MeanOf(legacies, 4), alpha, form);

    /// <summary>Vectors that have much in common, as those of texts do.</summary>
    private static (float[] Texts, float[] Legacies) Draw(int items)
    {
        var random = new Random(4);
        return ([.. Enumerable.Range(0, items * 6).Select(i => (i % 6 == 0 ? 2 : 0) + random.NextSingle())],
            [.. Enumerable.Range(0, items * 4).Select(_ => random.NextSingle() - 0.3f)]);
    }

    private static float[] Centred(float[] vectors, int d)
    {
        float[] mean = AlphaBlend.MeanOf(vectors, d), centred = [.. vectors];
        for (int row = 0; row < vectors.Length / d; row++)
        {
            Span<float> own = centred.AsSpan(row * d, d);
            TensorPrimitives.Divide(own, TensorPrimitives.Norm<float>(own), own);
            TensorPrimitives.Subtract(own, mean, own);
            TensorPrimitives.Divide(own, TensorPrimitives.Norm<float>(own), own);
        }
        return centred;
    }
}
