using Hybrid.Vectors;

namespace Hybrid.Indexing;

/// <summary>How the rows of a collection are blended of text vectors and those that a shop had before.</summary>
/// <param name="Legacy">The vectors that there were, of which an item may have none.</param>
internal sealed record LegacyBlend(AlphaBlend Blend, IVectorCollection Legacy)
{
    /// <summary>Blends the two vectors of an item.</summary>
    /// <param name="text">[d of text].</param>
    /// <param name="legacy">[d of legacy]; empty: there is none.</param>
    /// <param name="row">[d of the blend], of length 1 afterwards.</param>
    public void Mix(ReadOnlySpan<float> text, ReadOnlySpan<float> legacy, Span<float> row)
    {
        // Every row has a direction, or no store takes it: an item of which the two say nothing, or the opposite of each other, has its text's as it is.
        if (!Blend.TryBlend(text, legacy, row))
            text.CopyTo(row);
    }
}
