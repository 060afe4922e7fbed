namespace Hybrid.Encoding;

/// <summary>A text and the vector the model must give it.</summary>
/// <param name="Text">Encoded as a passage.</param>
/// <param name="MinCosine">The least cosine between <paramref name="Embedding"/> and what the loaded model gives.</param>
/// <param name="Embedding">[d].</param>
public sealed record ModelSelfTest(string Text, double MinCosine, IReadOnlyList<float> Embedding)
{
    internal const string DefaultText = "Wireless noise-cancelling headphones with 30-hour battery";
}
