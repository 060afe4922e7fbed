using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Hybrid.Vectors;

/// <summary>alpha · text + (1 − alpha) · legacy: what leads from the vectors that a shop has to those of a text encoder, in steps.</summary>
/// <remarks>
/// <para>Both vectors are brought to length 1, and unless the form is plain the mean of their space is taken away first and the length made 1 again; the
/// blend
/// has length 1. <see cref="BlendForm.Joined"/>: cosine = (alpha² · cosine of texts + (1 − alpha)² · cosine of legacy) / (alpha² + (1 − alpha)²) for items
/// that
/// have both.</para>
/// <para>Nothing is fitted, so it works for any two spaces and any number of items. An item or a query that has only one of the two vectors is that one, in
/// the
/// blended space; queries are blended as items are.</para>
/// <para>Each alpha is a space of its own: <see cref="Space"/> names it, both parents and, in its hash, their means. Threads: immutable.</para>
/// </remarks>
public sealed class AlphaBlend
{
    private readonly float[] _textMean;
    private readonly float[] _legacyMean;

    /// <param name="textMean">[d of text]: of its vectors at length 1 (<see cref="MeanOf"/>); it belongs to the blended space, so keep it with that.</param>
    /// <param name="legacyMean">[d of legacy]: likewise.</param>
    /// <param name="alpha">How much the text counts: 0 … 1.</param>
    /// <exception cref="ArgumentException">A mean has another length than the vectors of its space, or is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Alpha is out of range.</exception>
    public AlphaBlend(VectorSpace text, ReadOnlySpan<float> textMean, VectorSpace legacy, ReadOnlySpan<float> legacyMean, double alpha,
        BlendForm form = BlendForm.Centred)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(legacy);
        if (!(alpha is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, string.Create(CultureInfo.InvariantCulture, $"Alpha takes 0 to 1, not {alpha}."));
        ThrowIfNoMean(text, textMean, nameof(textMean));
        ThrowIfNoMean(legacy, legacyMean, nameof(legacyMean));
        (Text, Legacy, Alpha, Form) = (text, legacy, alpha, form);
        (_textMean, _legacyMean) = ([.. textMean], [.. legacyMean]);
        byte[] decides = [.. System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{form}\0{alpha:R}\0{text}\0{legacy}\0")),
            .. form == BlendForm.Plain ? [] : MemoryMarshal.AsBytes<float>([.. _textMean, .. _legacyMean])];
        int dimension = form == BlendForm.Joined ? text.Dimension + legacy.Dimension : Math.Max(text.Dimension, legacy.Dimension);
        string name = string.Create(CultureInfo.InvariantCulture, $"{alpha:0.####} {text.Model} + {1 - alpha:0.####} {legacy.Model}");
        Space = new VectorSpace(name, Convert.ToHexStringLower(SHA256.HashData(decides)), dimension, VectorSpaceKind.Blended, text.Template);
    }

    public VectorSpace Text { get; }

    public VectorSpace Legacy { get; }

    public double Alpha { get; }

    public BlendForm Form { get; }

    /// <summary>The space of what is blended.</summary>
    public VectorSpace Space { get; }

    /// <summary>[d]: the mean of vectors brought to length 1; rows of zeros do not count.</summary>
    /// <param name="vectors">[n × d], row-major, finite.</param>
    /// <exception cref="ArgumentException">The length is not that of so many vectors.</exception>
    public static float[] MeanOf(ReadOnlySpan<float> vectors, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimension);
        if (vectors.Length % dimension != 0)
            throw new ArgumentException($"{vectors.Length} floats are no vectors of {dimension}.", nameof(vectors));
        var mean = new MeanVector(dimension);
        for (ReadOnlySpan<float> rest = vectors; !rest.IsEmpty; rest = rest[dimension..])
            mean.Add(rest[..dimension]);
        return mean.ToArray();
    }

    /// <summary>Blends the vectors of an item or a query.</summary>
    /// <param name="text">[d of text], finite; empty or zeros: it has none.</param>
    /// <param name="legacy">[d of legacy], likewise.</param>
    /// <param name="blended">[d of <see cref="Space"/>], overwritten: of length 1, or zeros.</param>
    /// <returns>False: there is nothing to blend, or the two undo each other, and the result is zeros.</returns>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public bool TryBlend(ReadOnlySpan<float> text, ReadOnlySpan<float> legacy, Span<float> blended)
    {
        ThrowIfOtherLength(Text, text, nameof(text));
        ThrowIfOtherLength(Legacy, legacy, nameof(legacy));
        if (blended.Length != Space.Dimension)
            throw new ArgumentException($"The blend has {Space.Dimension} floats, not {blended.Length}.", nameof(blended));
        blended.Clear();
        int legacyAt = Form == BlendForm.Joined ? Text.Dimension : 0;
        bool hasText = Add(text, _textMean, Alpha, blended), hasLegacy = Add(legacy, _legacyMean, 1 - Alpha, blended[legacyAt..]);
        // The only vector counts whole, whatever its share.
        if (hasText != hasLegacy && (hasText ? Alpha : 1 - Alpha) == 0)
            _ = hasText ? Add(text, _textMean, 1, blended) : Add(legacy, _legacyMean, 1, blended[legacyAt..]);
        float norm = TensorPrimitives.Norm<float>(blended);
        if (!(norm > 1e-6f))
        {
            blended.Clear();
            return false;
        }
        TensorPrimitives.Multiply(blended, 1 / norm, blended);
        return true;
    }

    /// <summary>[n × d of <see cref="Space"/>]: the vectors of n items, on all processors; rows of zeros where there is nothing to blend.</summary>
    /// <param name="texts">[n × d of text], row-major; a row of zeros: the item has no text vector.</param>
    /// <param name="legacies">[n × d of legacy], row-major, likewise.</param>
    /// <exception cref="ArgumentException">The two are not of as many items.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public float[] BlendAll(ReadOnlyMemory<float> texts, ReadOnlyMemory<float> legacies, CancellationToken cancellationToken = default)
    {
        int n = texts.Length / Text.Dimension, d = Space.Dimension;
        if (texts.Length % Text.Dimension != 0 || legacies.Length != (long)n * Legacy.Dimension)
        {
            throw new ArgumentException($"{texts.Length} floats of text vectors of {Text.Dimension} and {legacies.Length} of legacy vectors of "
                + $"{Legacy.Dimension} are not of as many items.", nameof(legacies));
        }
        var blended = new float[(long)n * d];
        KMeans.ForEachRow(n, row => TryBlend(
            texts.Span.Slice(row * Text.Dimension, Text.Dimension), legacies.Span.Slice(row * Legacy.Dimension, Legacy.Dimension),
            blended.AsSpan(row * d, d)), cancellationToken);
        return blended;
    }

    /// <returns>Whether there is one.</returns>
    private bool Add(ReadOnlySpan<float> vector, float[] mean, double share, Span<float> blended)
    {
        if (vector.IsEmpty || TensorPrimitives.Norm(vector) is var norm && !(norm > 0))
            return false;
        Span<float> part = vector.Length <= 2048 ? stackalloc float[vector.Length] : new float[vector.Length];
        TensorPrimitives.Multiply(vector, 1 / norm, part);
        if (Form != BlendForm.Plain && !(UnitVector.Centre(part, mean, part) > 1e-6f))   // it is the mean: it tells nothing of the item
            return false;
        TensorPrimitives.MultiplyAdd(part, (float)share, blended[..part.Length], blended[..part.Length]);
        return true;
    }

    private static void ThrowIfNoMean(VectorSpace space, ReadOnlySpan<float> mean, string name)
    {
        if (mean.Length != space.Dimension)
            throw new ArgumentException($"A mean of {mean.Length} floats is not one of {space}.", name);
        if (!TensorPrimitives.IsFiniteAll(mean))
            throw new ArgumentException($"The mean of {space} holds what is not a finite number.", name);
    }

    private static void ThrowIfOtherLength(VectorSpace space, ReadOnlySpan<float> vector, string name)
    {
        if (!vector.IsEmpty && vector.Length != space.Dimension)
            throw new ArgumentException($"A vector of {vector.Length} floats is none of {space}.", name);
    }
}
