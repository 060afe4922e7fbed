using System.Runtime.InteropServices;
using Hybrid.Api.Answers;
using Hybrid.Api.Messages;
using Hybrid.Api.Reading;
using Hybrid.Encoding;
using Microsoft.AspNetCore.Http;

namespace Hybrid.Api.Endpoints;

/// <summary>/v1/embeddings: vectors of texts, as the clients of OpenAI ask for them.</summary>
internal static class EmbeddingRoutes
{
    public static void MapTo(ApiRoutes routes) => routes.Map("POST", "/v1/embeddings", "Vectors of texts, as OpenAI's clients ask for them.",
            EmbedAsync, body: BodyKind.Object)
        .Accepts<EmbeddingsRequest>(Json.MediaType).Produces<EmbeddingsAnswer>();

    private static async Task<Answer> EmbedAsync(ApiContext api, HttpContext http, CancellationToken cancellationToken)
    {
        EmbeddingsRequest request = JsonBody.Read<EmbeddingsRequest>(RequestBody.Of(http));
        if (request.Input is not { Count: > 0 } texts)
            throw ProblemKind.BadValue.Refuse("input is missing or empty.", "Give a text, or a list of texts.", "input");
        if (texts.Count > api.Limits.MaxEmbeddings)
            throw FieldValues.TooMany("input", texts.Count, api.Limits.MaxEmbeddings, "texts");
        foreach (string text in texts)
            FieldValues.Text("input", text, api.Limits.MaxTextLength);
        return await Task.Run(() => Embed(api.Engine.Encoder, request, texts, cancellationToken), cancellationToken);
    }

    private static Answer Embed(TextEncoder encoder, EmbeddingsRequest request, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        string model = encoder.Manifest.Name;
        if (request.Model is { } asked && asked != model)
            throw ProblemKind.NotFound.Refuse($"This service runs the model {model}.", "Ask for that one, or leave model out.", "model", asked);
        if (request.Dimensions is { } dimensions && dimensions != encoder.Dimension)
        {
            throw ProblemKind.BadValue.Refuse($"Vectors of {model} have {encoder.Dimension} dimensions.", "Ask for that number, or leave dimensions out.",
               "dimensions", dimensions.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        int dimension = encoder.Dimension;
        float[] vectors = new float[texts.Count * dimension];
        encoder.Encode(texts, TextRole.Passage, vectors, cancellationToken);
        long tokens = texts.Sum(text => (long)encoder.TokenIds(text, TextRole.Passage).Length);
        return new(new EmbeddingsAnswer("list",
            [.. texts.Select((_, i) => new EmbeddingsAnswer.Vector("embedding", i, Written(vectors.AsSpan(i * dimension, dimension), request.EncodingFormat)))],
            model, new(tokens, tokens)));
    }

    private static object Written(ReadOnlySpan<float> vector, EmbeddingFormat format)
    {
        if (format == EmbeddingFormat.Float)
            return vector.ToArray();
        if (BitConverter.IsLittleEndian)
            return Convert.ToBase64String(MemoryMarshal.AsBytes(vector));
        byte[] bytes = new byte[vector.Length * sizeof(float)];
        for (int i = 0; i < vector.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return Convert.ToBase64String(bytes);
    }
}
