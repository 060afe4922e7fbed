using Hybrid.Encoding;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>A model that an engine encodes with: its space by the manifest, its encoder when it is first needed.</summary>
/// <remarks>Threads: every member may be called concurrently, <see cref="Dispose"/> last. A failure is not kept, so that the next call tries again.</remarks>
internal sealed class EngineModel(string folder, ItemTextTemplate template, ILogger<TextEncoder> logger) : IDisposable
{
    private readonly Lock _loading = new();
    private TextEncoder? _encoder;

    public string? UnknownTextWarning => _encoder?.UnknownTextWarning;

    /// <summary>Of the vectors that are made with the engine's template.</summary>
    /// <remarks>By the manifest: a status, or an answer by behaviour, need not wait for the network.</remarks>
    /// <exception cref="ModelException">The manifest cannot be read.</exception>
    public VectorSpace Space => field ??= ReadManifest().SpaceFor(template);

    /// <exception cref="ModelException">The manifest cannot be read.</exception>
    public ModelManifest ReadManifest() => ModelManifest.Load(folder);

    /// <exception cref="ModelException">The model cannot be used, or is another one by now.</exception>
    public TextEncoder Load()
    {
        lock (_loading)
        {
            if (_encoder is not null)
                return _encoder;
            var loaded = TextEncoder.Load(folder, logger: logger);
            if (loaded.SpaceFor(template) is var space && space != Space)
            {
                loaded.Dispose();
                throw new ModelException(folder, $"the model was replaced by {space} while the engine was open. Open the engine again.");
            }
            return _encoder = loaded;
        }
    }

    public void Dispose() => _encoder?.Dispose();
}
