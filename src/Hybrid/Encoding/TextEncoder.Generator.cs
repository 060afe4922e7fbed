using Microsoft.Extensions.AI;

namespace Hybrid.Encoding;

public sealed partial class TextEncoder : IEmbeddingGenerator<string, Embedding<float>>
{
    /// <summary>The vectors of texts as <see cref="TextRole.Passage"/>, in their order, computed on the thread pool.</summary>
    /// <exception cref="ArgumentException">The options ask for another model or dimension.</exception>
    /// <exception cref="ModelException">ONNX Runtime failed.</exception>
    /// <exception cref="ObjectDisposedException">The encoder was disposed of before the call.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.ModelId is { } model && model != Manifest.Name)
            throw new ArgumentException($"The options ask for the model {model}, this encoder has {Manifest.Name}.", nameof(options));
        if (options?.Dimensions is int dimension && dimension != Dimension)
            throw new ArgumentException($"The options ask for {dimension} dimensions, {Manifest.Name} gives {Dimension}.", nameof(options));
        Begin();
        try
        {
            string[] texts = [.. values];
            float[] vectors = new float[texts.Length * Dimension];
            await Task.Run(() => EncodeAs(Manifest.PassagePrefix, texts, vectors, cancellationToken), cancellationToken).ConfigureAwait(false);
            return new(Enumerable.Range(0, texts.Length).Select(i =>
                new Embedding<float>(vectors.AsMemory(i * Dimension, Dimension)) { ModelId = Manifest.Name }));
        }
        finally
        {
            End();
        }
    }

    /// <summary>This encoder, or its <see cref="EmbeddingGeneratorMetadata"/>.</summary>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(EmbeddingGeneratorMetadata))
            return new EmbeddingGeneratorMetadata("hybrid", providerUri: null, Manifest.Name, Dimension);
        return serviceType.IsInstanceOfType(this) ? this : null;
    }
}
