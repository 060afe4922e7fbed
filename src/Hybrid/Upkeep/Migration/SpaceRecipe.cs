using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hybrid.Vectors;

namespace Hybrid.Upkeep.Migration;

/// <summary>How the vectors of a space are made, for who opens a collection of it later.</summary>
/// <param name="Encoder">The text encoder's model.</param>
/// <param name="Dimension">How many floats of its vectors are kept; null: all.</param>
/// <param name="Blend">What they are blended with; null: nothing.</param>
internal sealed record SpaceRecipe(string Encoder, int? Dimension, SpaceRecipe.BlendPart? Blend)
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <param name="TextMean">[d] as little-endian float32; it belongs to the space, and so does the next.</param>
    internal sealed record BlendPart(VectorSpace Text, byte[] TextMean, VectorSpace Legacy, byte[] LegacyMean, double Alpha, BlendForm Form)
    {
        public static BlendPart Of(VectorSpace text, float[] textMean, VectorSpace legacy, float[] legacyMean, double alpha, BlendForm form) =>
            new(text, MemoryMarshal.AsBytes<float>(textMean).ToArray(), legacy, MemoryMarshal.AsBytes<float>(legacyMean).ToArray(), alpha, form);

        public AlphaBlend ToBlend() =>
            new(Text, MemoryMarshal.Cast<byte, float>(TextMean), Legacy, MemoryMarshal.Cast<byte, float>(LegacyMean), Alpha, Form);
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static SpaceRecipe Parse(string json) =>
        JsonSerializer.Deserialize<SpaceRecipe>(json, Json) ?? throw new FormatException("It is not said how the vectors are made.");
}
