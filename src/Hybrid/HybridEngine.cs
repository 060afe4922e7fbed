using System.Collections.Concurrent;
using System.Diagnostics;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Encoding.Adapting;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Recommending;
using Hybrid.Recommending.Sources;
using Hybrid.Records;
using Hybrid.Records.Sqlite;
using Hybrid.Streaming;
using Hybrid.Upkeep.Migration;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid;

/// <summary>A data folder and everything that is done with it: add, index, train, search, recommend.</summary>
/// <remarks>
/// <para>The folder holds records.db (items and events, the truth), vectors.db with its .vec files and an .ivf file for each collection, the behaviour
/// model and the fitted sources: all but the first can be made again from it.</para>
/// <para>Always live: what this or another process adds, indexes or trains is served by the next request or within a second, and no request sees half of
/// two. What the records no longer have is never found, whatever the index still holds.</para>
/// <para>With <see cref="HybridOptions.Store"/> the vectors are in a store elsewhere, opened when a call first needs it; importing, adding and training do
/// without. Where the folder has no records and that store has a collection, it is read, and nothing is written.</para>
/// <para>Threads: every member may be called concurrently. One call of <see cref="IndexAsync"/> works at a time, in all processes together; others wait.
/// Disposing waits for the requests that run and cancels indexing, training and imports.</para>
/// </remarks>
public sealed partial class HybridEngine : IAsyncDisposable, IDisposable
{
    /// <summary>The name of the items' collections, "products@3", and the alias that leads others to the one in use.</summary>
    public const string ItemsAlias = "products";

    /// <summary>How many snapshots may be taken away under one request before it gives up.</summary>
    private const int MostAttempts = 10;

    /// <summary>What requests are made of, for whoever traces them. They name no user and no item.</summary>
    private static readonly ActivitySource Stages = new("Hybrid.Engine");

    private readonly RunningCalls _calls = new(nameof(HybridEngine));
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lazy<Task> _closing;
    private readonly string _folder;
    private readonly string _storeName;
    private readonly ChangeLog _changes;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly ILogger<TextEncoder> _encoderLogger;
    private readonly bool _ownsStore;
    private readonly CollectionVersions _versions;
    private readonly SnapshotFollower _snapshots;
    private readonly EventCommits _events;
    private readonly PopularItems _popular;
    private readonly IndexWorker? _worker;
    private readonly ConcurrentDictionary<(string Folder, int Dimension), EngineModel> _models = new();
    private readonly SecondCollections _second;
    private readonly ImpressionLog _impressions;
    private readonly BackfillThrottle _throttle = new(TimeProvider.System);
    private readonly MigrationMeter _meter;
    private readonly ShadowQueue? _shadows;
    private readonly BridgedQueries? _bridge;

    private HybridEngine(HybridOptions options, RecordStore records, IVectorStore? store, ILoggerFactory loggers)
    {
        Options = options;
        Records = records;
        _closing = new(() => Task.Run(CloseAsync));
        _folder = Path.GetFullPath(options.DataPath);   // a program may change its current folder
        _storeName = options.Store?.Name ?? (options.WithoutRecords ? "the store" : RecordStore.OwnStore);
        _changes = records.ChangesOf(_storeName);
        _loggers = loggers;
        _logger = loggers.CreateLogger<HybridEngine>();
        _encoderLogger = loggers.CreateLogger<TextEncoder>();
        _ownsStore = store is null;
        Store = store ?? (options.Store is { } external ? new StoreOnDemand(external, loggers) : OpenEmbedded());
        _bridge = options.Bridge is { } bridge ? new BridgedQueries(TextBridge.Load(bridge), TextModel, options.Template, _encoderLogger) : null;
        _versions = new CollectionVersions(Store, ItemsAlias);
        _impressions = new ImpressionLog(records, loggers.CreateLogger<ImpressionLog>());
        _second = new SecondCollections(options, _folder, new(Store, _versions, _changes, _storeName), records, TextModel, OpenEmbedded, loggers);
        _snapshots = new SnapshotFollower(records, _versions, _storeName, _folder, SpaceOver, _second.FindAsync, MakeRecommender, _logger);
        Features = new FeatureStore(records, options.Kinds, options.Features, TimeProvider.System);
        _events = new EventCommits(records, committed: FollowEvents);
        _popular = new PopularItems(records, options.Kinds, options.MostEventsPerUser);
        _shadows = StartShadowing();
        _meter = new MigrationMeter(ReadMigrationFigures, CountDropped);
        _shared = options.SharedFeatures?.Open(loggers);
        _mirror = StartMirror();
        _health = WatchStores();
        _worker = StartLiveIndex();   // last: it uses all of the above
    }

    public HybridOptions Options { get; }

    /// <summary>The items and events as they were given.</summary>
    public RecordStore Records { get; }

    /// <summary>Where the vectors are: the embedded store, that of <see cref="HybridOptions.Store"/>, or the one that the engine was opened with.</summary>
    public IVectorStore Store { get; }

    /// <summary>The text encoder, loaded at first use: that of <see cref="HybridOptions.ModelPath"/>, or else of the collection in use.</summary>
    /// <exception cref="ModelException">The model cannot be used, or the options name none and that of the collection is not beside the program.</exception>
    /// <exception cref="VectorStoreException">The options name none, and the store failed.</exception>
    public TextEncoder Encoder
    {
        get
        {
            using RunningCalls.Call running = _calls.Enter();
            return Options.ModelPath is null ? Task.Run(() => FindModelInUseAsync(_stopping.Token)).GetAwaiter().GetResult().Load() : ModelOf(null).Load();
        }
    }

    /// <summary>What is kept in memory of the events.</summary>
    internal FeatureStore Features { get; }

    /// <summary>What to tell the user of texts that the model hardly knows; null while there were none.</summary>
    public string? UnknownTextWarning =>
        _models.Values.Select(model => model.UnknownTextWarning).OfType<string>().ToArray() is { Length: > 0 } warnings ? string.Join(' ', warnings) : null;

    /// <summary>Items that were added or changed and are not indexed yet: searches do not find them, or not as they are now.</summary>
    public long NotIndexed
    {
        get
        {
            using RunningCalls.Call running = _calls.Enter();
            SnapshotRow row = Records.ReadSnapshot(_storeName);
            // What has led to another store for good is kept up there.
            if (row.Migration is { Stage: RecordStore.Completed, New: { } moved } migration)
                return Records.ChangesOf(migration.Target).CountItems(moved);
            return row.Collection is { } collection ? _changes.CountItems(collection) : Records.ItemCount;
        }
    }

    /// <summary>Opens a data folder; makes it when it is not there.</summary>
    /// <inheritdoc cref="OpenAsync(HybridOptions, IVectorStore, ILoggerFactory, CancellationToken)"/>
    public static Task<HybridEngine> OpenAsync(string dataPath, CancellationToken cancellationToken = default) =>
        OpenAsync(new HybridOptions { DataPath = dataPath }, cancellationToken: cancellationToken);

    /// <summary>Opens a data folder; makes it when it is not there. A folder of an earlier Hybrid is moved over to this one's files.</summary>
    /// <param name="store">Where the vectors are, left open when the engine is disposed; null: that of <see cref="HybridOptions.Store"/>, which the engine
    /// opens
    /// and closes, or else the embedded store, in the folder.</param>
    /// <exception cref="ArgumentException">The options say <see cref="HybridOptions.WithoutRecords"/> and there is no store.</exception>
    /// <exception cref="RecordsException">The records cannot be opened: locked, newer than this Hybrid, damaged, or the folder cannot be made.</exception>
    /// <exception cref="VectorStoreException">Likewise the embedded store.</exception>
    public static Task<HybridEngine> OpenAsync(HybridOptions options, IVectorStore? store = null, ILoggerFactory? loggers = null,
        CancellationToken cancellationToken = default) =>
        Task.Run(() => Open(options, store, loggers), cancellationToken);

    /// <summary>Whether a folder holds data of Hybrid.</summary>
    public static bool Exists(string dataPath) =>
        File.Exists(new HybridOptions { DataPath = dataPath }.RecordsPath) || File.Exists(Path.Combine(dataPath, OlderFolder.DatabaseName));

    /// <summary>Waits for what runs, and closes the folder; it is closed when any call of this returns.</summary>
    public ValueTask DisposeAsync() => new(_closing.Value);

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => _closing.Value.GetAwaiter().GetResult();

    /// <inheritdoc cref="OpenAsync(HybridOptions, IVectorStore, ILoggerFactory, CancellationToken)"/>
    internal static HybridEngine Open(HybridOptions options, IVectorStore? store, ILoggerFactory? loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        loggers ??= NullLoggerFactory.Instance;
        if (options.WithoutRecords && options.Store is null && store is null)
            throw new ArgumentException("An engine without records reads a store elsewhere: set HybridOptions.Store.", nameof(options));
        if (options.WithoutRecords)
            return ReadingOnly(options, store, loggers);
        // The container of a host builds synchronously; the work is SQLite's, which is synchronous too.
        Task.Run(() => OlderFolder.MoveOverAsync(options, loggers.CreateLogger<HybridEngine>())).GetAwaiter().GetResult();
        RecordStore records;
        try
        {
            records = RecordStore.Open(options.RecordsPath, new RecordStoreOptions { MaxPages = options.MostRecordPages });
        }
        catch (RecordsException e) when (options.Store is not null && !Exists(options.DataPath))
        {
            loggers.CreateLogger<HybridEngine>().LogWarning(e, "No records can be made in {Folder}, so {Store} is only read.", options.DataPath,
                options.Store.Name);
            return ReadingOnly(options, store, loggers);
        }
        return Over(records, options, store, loggers);
    }

    private static HybridEngine ReadingOnly(HybridOptions options, IVectorStore? store, ILoggerFactory loggers) =>
        Over(RecordStore.Open(Database.InMemoryPath), options with { WithoutRecords = true }, store, loggers);

    private static HybridEngine Over(RecordStore records, HybridOptions options, IVectorStore? store, ILoggerFactory loggers)
    {
        try
        {
            return new(options, records, store, loggers);
        }
        catch
        {
            records.Dispose();
            throw;
        }
    }

    private async Task CloseAsync()
    {
        Task ended = _calls.CloseAsync();
        _meter.Dispose();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        await _health.DisposeAsync().ConfigureAwait(false);
        if (_worker is not null)
            await _worker.DisposeAsync().ConfigureAwait(false);
        if (_shadows is not null)
            await _shadows.DisposeAsync().ConfigureAwait(false);
        if (_mirror is not null)
            await _mirror.DisposeAsync().ConfigureAwait(false);
        if (_shared is not null)
            await _shared.DisposeAsync().ConfigureAwait(false);
        _featureMeter.Dispose();
        await _popular.CloseAsync().ConfigureAwait(false);
        try
        {
            await _impressions.DisposeAsync().ConfigureAwait(false);
            await _second.DisposeAsync().ConfigureAwait(false);
            if (_ownsStore)
                await Store.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            foreach (EngineModel model in _models.Values)
                model.Dispose();
            Records.Dispose();
            _snapshots.Dispose();
            _stopping.Dispose();
        }
    }

    /// <summary>Answers one request from one snapshot; from a newer one, whole, where the first was taken away meanwhile.</summary>
    private async Task<T> RunAsync<T>(Func<EngineSnapshot, Task<T>> answer, CancellationToken cancellationToken)
    {
        using RunningCalls.Call running = _calls.Enter();
        // Encoding and searching take a processor for milliseconds: not the caller's thread.
        return await RunningCalls.RunRequestAsync(async () =>
        {
            for (int attempt = 1; ; attempt++)
            {
                EngineSnapshot snapshot = await _snapshots.ReadAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    BackfillThrottle.Request request = _throttle.Begin();
                    T answered = await answer(snapshot).ConfigureAwait(false);
                    _throttle.End(request);
                    if (attempt == MostAttempts || !_snapshots.HasLeft(snapshot))
                        return answered;
                }
                catch (NotReadyException) when (attempt < MostAttempts && _snapshots.HasLeft(snapshot))
                {
                    // A row that it lacked is in the one that has taken its place.
                }
                catch (Exception e) when (attempt < MostAttempts && e is VectorStoreException { IsGone: true } or Item2VecException or ModelException
                    or SourceException)
                {
                    bool hasMoved = _snapshots.Forget(snapshot);
                    // A collection may be gone although the records still name it: the next snapshot says so.
                    if (!hasMoved && !(attempt == 1 && e is VectorStoreException))
                        throw;
                }
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs work that takes long: it is cancelled when the engine is disposed.</summary>
    private async Task<T> RunLongAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using RunningCalls.Call running = _calls.Enter();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        return await Task.Run(() => work(either.Token), either.Token).ConfigureAwait(false);
    }

    /// <summary>The model for a collection: that of the options, or else the one that the collection was made with.</summary>
    /// <param name="collection">Its space; null: it is to be the first.</param>
    /// <exception cref="ModelException">There is no such model, or that of the collection is not beside the program.</exception>
    private EngineModel ModelOf(VectorSpace? collection) => _bridge?.Over(collection, OwnModelOf(collection)) ?? OwnModelOf(collection);

    /// <summary>Likewise, whatever leads queries into its space.</summary>
    private EngineModel OwnModelOf(VectorSpace? collection)
    {
        if (collection is not null && _second.ModelOf(collection) is { } made)
            return made;
        string name = Options.ModelPath ?? AdapterOf(collection) ?? collection?.Model ?? ModelFolder.DefaultName;
        if (Options.ModelPath is null && collection is not null && name == collection.Model && !ModelFolder.IsShipped(name))
            throw new ModelException(name, "the index was made with this model, and it is not beside this program. Give its folder as the model, "
                + "or index with another one.");
        string folder = ModelFolder.Find(name);
        EngineModel model = TextModel(folder, Options.Dimension ?? 0);
        // A collection of the first floats alone remembers that, as it does its model.
        return Options.Dimension is null && collection is not null && model.Manifest.Adapter is null && collection.Dimension < model.Manifest.Dimension
            && model.Manifest.Truncated(collection.Dimension).SpaceFor(Options.Template).Hash == collection.Hash
                ? TextModel(folder, collection.Dimension)
                : model;
    }

    /// <summary>The file of the adapter that a collection was made with, if it is in the data folder.</summary>
    private string? AdapterOf(VectorSpace? collection) =>
        collection is not null && TextAdapter.NameIn(collection.Model) is { } name && VersionedFile.PathOf(_folder, name) is var file && File.Exists(file)
            ? file : null;

    private EngineModel TextModel(string folder, int dimension) => _models.GetOrAdd((folder, dimension),
        key => new EngineModel(key.Folder, key.Dimension, Options.Template, Options.CachedQueries, Options.LiveIndex is not null, _encoderLogger));

    private async Task<EngineModel> FindModelInUseAsync(CancellationToken cancellationToken)
    {
        EngineSnapshot snapshot = await _snapshots.ReadAsync(cancellationToken).ConfigureAwait(false);
        IVectorCollection? used = snapshot.Row.Collection is { } name ? await _versions.FindAsync(name, cancellationToken).ConfigureAwait(false) : null;
        return ModelOf(used?.Space);
    }

    /// <summary>The space of the vectors that this engine makes to search a collection.</summary>
    /// <param name="isBorrowed">Whether others have indexed it: then their template is right.</param>
    private VectorSpace SpaceOver(VectorSpace collection, bool isBorrowed) => _bridge?.RefusedOver(collection)
        ?? (_second.Knows(collection) ? ModelOf(collection).Space
        : isBorrowed && collection.Template != Options.Template.ToString()
        ? ModelOf(collection).ReadManifest().SpaceFor(new ItemTextTemplate(collection.Template))
        : ModelOf(collection).Space);

    private EmbeddedVectorStore OpenEmbedded() => EmbeddedVectorStore.Open(
        Options.VectorsPath, new EmbeddedStoreOptions { Index = Options.Index }, _loggers.CreateLogger<EmbeddedVectorStore>());

    private HybridRecommender MakeRecommender(IVectorCollection? items, Item2VecModel? behavior) => items is null
        ? new HybridRecommender(behavior, FindForBehavior, ReadPopular)
        : new HybridRecommender(ModelOf(items.Space).Load(), items, behavior, Records.Find,
            items.Space == ModelOf(items.Space).Space ? Options.Template : new ItemTextTemplate(items.Space.Template), ReadPopular,   // others' have theirs
            ModelOf(items.Space).QueryVector, ModelOf(items.Space).Blend);

    /// <summary>Before callers learn that their events are written, so that no request has to do it.</summary>
    private void FollowEvents()
    {
        try
        {
            Features.Follow();
            _mirror?.Signal();
        }
        catch (RecordsException e)
        {
            // What was written is written; whoever asks next follows, or is told.
            _logger.LogWarning(e, "New events could not be read.");
        }
    }

    private IReadOnlyList<ItemId> ReadPopular() => ReadsShared && _sharedPopular is { } told ? told
        : Options.Features.PopularityHalfLife is null ? _popular.Read() : Features.ReadPopular();

    private void ThrowIfReadOnly(string operation, string what)
    {
        ThrowIfWithoutRecords(operation);
        if (Records.IsReadOnly)
            throw new RecordsException($"records {Records.Path}", operation, $"the folder can only be read. {what} where it can be written.",
                isTransient: false);
    }
}
