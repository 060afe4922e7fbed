using System.Collections.Concurrent;
using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>The bridge of an engine: the collection that it leads into is asked in another model's words.</summary>
/// <remarks>Threads: every member may be called concurrently.</remarks>
/// <param name="textModel">The model in a folder, of which so many floats are kept (0: all).</param>
internal sealed class BridgedQueries(
    TextBridge bridge, Func<string, int, EngineModel> textModel, ItemTextTemplate template, ILogger<TextEncoder> logger)
{
    private readonly ConcurrentDictionary<EngineModel, EngineModel> _made = new();

    /// <summary>The model of a collection with its queries bridged; null where the bridge does not lead into its space, as with the new one of a
    /// migration.</summary>
    /// <exception cref="ModelException">The model of the queries is not there, or is another one by now.</exception>
    public EngineModel? Over(VectorSpace? collection, EngineModel own) =>
        collection == bridge.Map.Target ? _made.GetOrAdd(own, _ => new EngineModel(own, Queries(), bridge.Map, template, logger)) : null;

    /// <summary>The space of the bridged queries where they are none of a collection's; null where they are.</summary>
    public VectorSpace? RefusedOver(VectorSpace collection) => collection == bridge.Map.Target ? null : bridge.Map.Space;

    private EngineModel Queries()
    {
        VectorSpace source = bridge.Map.Source;
        string folder = ModelFolder.Find(bridge.Model);
        int full = ModelManifest.Load(folder).Dimension;
        EngineModel model = textModel(folder, source.Dimension < full ? source.Dimension : 0);
        return model.Space.Hash == source.Hash && model.Space.Dimension == source.Dimension ? model : throw new ModelException(folder,
            $"{bridge.Name} leads from {source}, and this model is {model.Space} by now. Put that model back, or make another bridge.");
    }
}
