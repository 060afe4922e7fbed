using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>A model that an engine encodes with: its space by the manifest, its encoder when it is first needed.</summary>
/// <remarks>Threads: every member may be called concurrently, <see cref="Dispose"/> last. A failure is not kept, so that the next call tries again.</remarks>
/// <param name="dimension">How many floats of a vector are kept; 0: all.</param>
/// <param name="isForQueries">Whether texts will mostly come alone, as those of a service do.</param>
/// <param name="cachedQueries">As <see cref="HybridOptions.CachedQueries"/>.</param>
internal sealed class EngineModel(string folder, int dimension, ItemTextTemplate template, int cachedQueries, bool isForQueries, ILogger<TextEncoder> logger)
    : IDisposable
{
    private readonly EngineModel? _text;
    private readonly (EngineModel Queries, SpaceMap Map)? _bridge;
    private readonly Lock _loading = new();
    private readonly QueryVectors _queries = new(cachedQueries);
    private TextEncoder? _encoder;

    /// <summary>A model whose vectors are another's, blended with those that a shop has; that one stays the caller's.</summary>
    public EngineModel(EngineModel text, ItemTextTemplate template, LegacyBlend blend, ILogger<TextEncoder> logger)
        : this("", 0, template, 0, false, logger) => (_text, Blend) = (text, blend);

    /// <summary>A model whose queries are those of another one, led into its space; both stay the caller's.</summary>
    public EngineModel(EngineModel rows, EngineModel queries, SpaceMap bridge, ItemTextTemplate template, ILogger<TextEncoder> logger)
        : this("", 0, template, 0, false, logger) => (_text, Blend, _bridge) = (rows.Text, rows.Blend, (queries, bridge));

    /// <summary>What other files call it by: its name where it ships with Hybrid, its full path otherwise.</summary>
    public string StoredName =>
        Manifest.Adapter is null && ModelFolder.IsShipped(Manifest.Name) && Path.GetFullPath(ModelFolder.Find(Manifest.Name)) == Path.GetFullPath(Folder)
            ? Manifest.Name : Path.GetFullPath(Folder);

    /// <summary>The folder of the model.</summary>
    public string Folder { get; } = folder;

    /// <summary>How many floats of a vector are kept; 0: all.</summary>
    public int Dimension { get; } = dimension;

    /// <summary>What the vectors are blended with; null: nothing.</summary>
    public LegacyBlend? Blend { get; }

    /// <summary>The model of the texts: itself, where nothing is blended.</summary>
    public EngineModel Text => _text ?? this;

    public string? UnknownTextWarning => _encoder?.UnknownTextWarning;

    public bool IsLoaded => _encoder is not null;

    public QueryCacheStatus QueryCache => _queries.Status;

    /// <summary>By the manifest, as it was read first.</summary>
    /// <exception cref="ModelException">The manifest cannot be read.</exception>
    public ModelManifest Manifest => field ??= ReadManifest();

    /// <summary>Of the vectors that are made with the engine's template.</summary>
    /// <remarks>By the manifest: a status, or an answer by behaviour, need not wait for the network.</remarks>
    /// <exception cref="ModelException">The manifest cannot be read.</exception>
    public VectorSpace Space => field ??= Blend?.Blend.Space ?? Manifest.SpaceFor(template);

    /// <exception cref="ModelException">The manifest cannot be read.</exception>
    public ModelManifest ReadManifest() => _text is not null ? _text.ReadManifest()
        : Dimension > 0 ? ModelManifest.Load(Folder).Truncated(Dimension) : ModelManifest.Load(Folder);

    /// <exception cref="ModelException">The model cannot be used, or is another one by now.</exception>
    public TextEncoder Load()
    {
        if (_text is not null)
            return _text.Load();
        lock (_loading)
        {
            if (_encoder is not null)
                return _encoder;
            var loaded = TextEncoder.Open(Folder, new TextEncoderOptions { Dimension = Dimension }, logger, isForQueries);
            if (loaded.SpaceFor(template) is var space && space != Space)
            {
                loaded.Dispose();
                throw new ModelException(Folder, $"the model was replaced by {space} while the engine was open. Open the engine again.");
            }
            return _encoder = loaded;
        }
    }

    /// <summary>The vector [d] of a query, which nobody may change.</summary>
    /// <exception cref="ModelException">The model cannot be used, or is another one by now.</exception>
    public float[] QueryVector(string text)
    {
        if (_bridge is { } bridge)
        {
            var led = new float[bridge.Map.Dimension];
            bridge.Map.Apply(bridge.Queries.QueryVector(text), led);
            UnitVector.Normalize(led);
            return led;
        }
        if (_text is null)
            return _queries.Of(text, Load());
        var blended = new float[Space.Dimension];
        Blend!.Mix(_text.QueryVector(text), [], blended);   // ! : what has a model of texts is a blend
        return blended;
    }

    /// <inheritdoc cref="TextEncoder.FreeUnused"/>
    public bool FreeUnused() => _encoder?.FreeUnused() == true;

    public void Dispose() => _encoder?.Dispose();
}
