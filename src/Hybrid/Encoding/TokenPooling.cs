using System.Numerics.Tensors;

namespace Hybrid.Encoding;

/// <summary>How the vectors of a text's tokens become the text's one, where the network leaves that to its user.</summary>
internal static class TokenPooling
{
    public const string Mean = "mean", First = "cls", Max = "max", Last = "last token";

    /// <summary>The values of a manifest's "pooling" that are done here; any other text describes what the network does.</summary>
    public static readonly string[] Names = [Mean, First, Max, Last];

    /// <param name="tokens">[t × d], those of the text, without padding; t ≥ 1.</param>
    /// <param name="vector">[d], overwritten.</param>
    public static void Pool(string pooling, ReadOnlySpan<float> tokens, Span<float> vector)
    {
        int d = vector.Length;
        (pooling == Last ? tokens[^d..] : tokens[..d]).CopyTo(vector);
        if (pooling is First or Last)
            return;
        for (int start = d; start < tokens.Length; start += d)
        {
            if (pooling == Mean)
                TensorPrimitives.Add(vector, tokens.Slice(start, d), vector);
            else
                TensorPrimitives.Max(vector, tokens.Slice(start, d), vector);
        }
        if (pooling == Mean)
            TensorPrimitives.Divide(vector, tokens.Length / d, vector);
    }
}
