using System.Collections.Concurrent;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Records;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>The collections that migrations lead to: the stores that they are in, and the models that make their vectors.</summary>
/// <remarks>Threads: every member may be called concurrently, <see cref="DisposeAsync"/> last.</remarks>
/// <param name="own">The engine's store.</param>
/// <param name="textModel">The model in a folder, of which so many floats are kept (0: all).</param>
/// <param name="openEmbedded">Opens the embedded store of the data folder.</param>
internal sealed class SecondCollections(
    HybridOptions options, string folder, StoreInUse own, RecordStore records, Func<string, int, EngineModel> textModel, Func<IVectorStore> openEmbedded,
    ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<VectorSpace, EngineModel> _made = new();
    private readonly ConcurrentDictionary<VectorSpace, bool> _underWay = new();
    private readonly ConcurrentDictionary<string, Lazy<StoreInUse>> _stores = new(StringComparer.Ordinal);
    private readonly Lazy<IVectorStore> _legacy = new(() => EmbeddedVectorStore.Open(Path.Combine(folder, "legacy", "vectors.db"),
        logger: loggers.CreateLogger<EmbeddedVectorStore>()));

    /// <summary>Where the vectors that shops had are kept, beside the records.</summary>
    public IVectorStore Legacy => _legacy.Value;

    /// <summary>The model that makes the vectors of a space, if <see cref="Knows"/> has found out how.</summary>
    public EngineModel? ModelOf(VectorSpace space) =>
        // Who names a model means that one; a migration brings its own along while it is under way.
        (options.ModelPath is null || _underWay.ContainsKey(space)) && _made.TryGetValue(space, out EngineModel? model) ? model : null;

    /// <summary>Finds out how the vectors of a space are made, if a migration has said so.</summary>
    /// <exception cref="ModelException">The model is not there.</exception>
    public bool Knows(VectorSpace? space)
    {
        if (space is null)
            return false;
        if (!_made.ContainsKey(space) && records.FindRecipe(space.Hash) is { } json)
            // The legacy vectors are in a file of this machine: nothing is waited for. Not on the caller's context.
            Task.Run(() => MakeAsync(space, SpaceRecipe.Parse(json))).GetAwaiter().GetResult();
        return ModelOf(space) is not null;
    }

    /// <summary>The store that a migration leads to.</summary>
    /// <exception cref="MigrationException">It is another one, and the options do not say how to open it.</exception>
    public StoreInUse StoreOf(MigrationPlan plan)
    {
        if (plan.Store is not { } setting)
            return own;
        return _stores.GetOrAdd(setting, given => new(() =>
        {
            if (options.OtherStore is null)
                throw new MigrationException($"The migration leads to {given}, and this program does not know how to open it: set HybridOptions.OtherStore.");
            ExternalStore? external = options.OtherStore(given);
            string name = external?.Name ?? RecordStore.OwnStore;
            if (name == own.Name)
                return own;
            IVectorStore store = external is null ? openEmbedded() : new StoreOnDemand(external, loggers);
            return new StoreInUse(store, new CollectionVersions(store, HybridEngine.ItemsAlias), records.ChangesOf(name), name);
        })).Value;
    }

    /// <summary>The new collection of a migration, or why it cannot be searched.</summary>
    public async Task<(IndexedItems Items, ChangeLog Changes)> FindAsync(MigrationRow migration, CancellationToken cancellationToken)
    {
        ChangeLog changes = records.ChangesOf(migration.Target);
        try
        {
            IVectorCollection found = await OpenAsync(migration, cancellationToken).ConfigureAwait(false);
            return (new(found, IsIndexed: true, null), changes);
        }
        catch (Exception e) when (e is VectorStoreException or MigrationException or ModelException)
        {
            return (new(null, IsIndexed: true, () => e), changes);   // the old one answers all the same
        }
    }

    /// <exception cref="VectorStoreException">The store failed, or has lost it.</exception>
    public async Task<IVectorCollection> OpenAsync(MigrationRow migration, CancellationToken cancellationToken)
    {
        StoreInUse store = StoreOf(MigrationPlan.Parse(migration.Plan));
        IVectorCollection found = await store.Store.OpenAsync(migration.New!, space: null, cancellationToken).ConfigureAwait(false);   // ! : it was started
        _underWay[found.Space] = true;
        return Knows(found.Space) ? found : throw new MigrationException($"It is not recorded how the vectors of {found.Space} are made, in {records.Path}.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<StoreInUse> store in _stores.Values.Where(store => store.IsValueCreated && store.Value.Store != own.Store))
            await store.Value.Store.DisposeAsync().ConfigureAwait(false);
        if (_legacy.IsValueCreated)
            await _legacy.Value.DisposeAsync().ConfigureAwait(false);
    }

    private async Task MakeAsync(VectorSpace space, SpaceRecipe recipe)
    {
        EngineModel text = textModel(ModelFolder.Find(recipe.Encoder), recipe.Dimension ?? 0);
        EngineModel model = text;
        if (recipe.Blend?.ToBlend() is { } blend)
        {
            IVectorCollection legacy = await LegacyImport.FindAsync(Legacy, blend.Legacy, CancellationToken.None).ConfigureAwait(false)
                ?? throw new VectorStoreException("embedded legacy/vectors.db", "open", $"the vectors of {blend.Legacy} are gone. Put the folder legacy "
                    + "back, or index with another model to do without them.", isTransient: false);
            model = new EngineModel(text, options.Template, new LegacyBlend(blend, legacy), loggers.CreateLogger<TextEncoder>());
        }
        if (model.Space == space)
            _made.TryAdd(space, model);
    }
}
