namespace Hybrid.Api.Messages;

/// <summary>How a vector is written.</summary>
public enum EmbeddingFormat
{
    Float,
    Base64,
}
