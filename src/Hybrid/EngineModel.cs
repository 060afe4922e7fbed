using Hybrid.Encoding;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>A model that an engine encodes with: its space by the manifest, its encoder when it is first needed.</summary>
/// <remarks>Threads: every member may be called concurrently, <see cref="Dispose"/> last. A failure is not kept, so that the next call tries again.</remarks>
/// <param name="dimension">How many floats of a vector are kept; 0: all.</param>
/// <param name="cachedQueries">As <see cref="HybridOptions.CachedQueries"/>.</param>
internal sealed class EngineModel(string folder, int dimension, ItemTextTemplate template, int cachedQueries, ILogger<TextEncoder> logger) : IDisposable
{
    private readonly Lock _loading = new();
    private readonly QueryVectors _queries = new(cachedQueries);
    private TextEncoder? _encoder;

    public string? UnknownTextWarning => _encoder?.UnknownTextWarning;

    public QueryCacheStatus QueryCache => _queries.Status;

    /// <summary>By the manifest, as it was read first.</summary>
    /// <exception cref="ModelException">The manifest cannot be read.</exception>
    public ModelManifest Manifest => field ??= ReadManifest();

    /// <summary>Of the vectors that are made with the engine's template.</summary>
    /// <remarks>By the manifest: a status, or an answer by behaviour, need not wait for the network.</remarks>
    /// <exception cref="ModelException">The manifest cannot be read.</exception>
    public VectorSpace Space => field ??= Manifest.SpaceFor(template);

    /// <exception cref="ModelException">The manifest cannot be read.</exception>
    public ModelManifest ReadManifest() => dimension > 0 ? ModelManifest.Load(folder).Truncated(dimension) : ModelManifest.Load(folder);

    /// <exception cref="ModelException">The model cannot be used, or is another one by now.</exception>
    public TextEncoder Load()
    {
        lock (_loading)
        {
            if (_encoder is not null)
                return _encoder;
            var loaded = TextEncoder.Load(folder, new TextEncoderOptions { Dimension = dimension }, logger);
            if (loaded.SpaceFor(template) is var space && space != Space)
            {
                loaded.Dispose();
                throw new ModelException(folder, $"the model was replaced by {space} while the engine was open. Open the engine again.");
            }
            return _encoder = loaded;
        }
    }

    /// <summary>The vector [d] of a query, which nobody may change.</summary>
    /// <exception cref="ModelException">The model cannot be used, or is another one by now.</exception>
    public float[] QueryVector(string text) => _queries.Of(text, Load());

    public void Dispose() => _encoder?.Dispose();
}
