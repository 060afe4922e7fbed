using System.Text.Json.Serialization;
using Hybrid.Api.Reading;

namespace Hybrid.Api.Messages;

/// <summary>Texts to make vectors of, as OpenAI's API takes them.</summary>
public sealed record EmbeddingsRequest
{
    /// <summary>A text, or a list of texts.</summary>
    [JsonConverter(typeof(OneOrManyConverter))]
    public IReadOnlyList<string>? Input { get; init; }

    /// <summary>The name of the model that the service runs; may be left out.</summary>
    public string? Model { get; init; }

    /// <summary>float, the default: a list of numbers. base64: the bytes of the floats, little-endian.</summary>
    public EmbeddingFormat EncodingFormat { get; init; }

    /// <summary>How many numbers a vector has; the model's own.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Not used and not kept.</summary>
    public string? User { get; init; }
}
