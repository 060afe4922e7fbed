namespace Hybrid.Api.Messages;

/// <summary>The vectors of texts, in their order, as OpenAI's API gives them.</summary>
/// <param name="Object">"list".</param>
public sealed record EmbeddingsAnswer(string Object, IReadOnlyList<EmbeddingsAnswer.Vector> Data, string Model, EmbeddingsAnswer.Tokens Usage)
{
    /// <param name="Object">"embedding".</param>
    /// <param name="Embedding">A list of numbers, or base64.</param>
    public sealed record Vector(string Object, int Index, object Embedding);

    /// <summary>Tokens of the texts that the model read.</summary>
    public sealed record Tokens(long PromptTokens, long TotalTokens);
}
