using System.Runtime.CompilerServices;
using Hybrid.Behavior;
using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Indexing.Embedded;
using Hybrid.Records;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>Items read at a time by <see cref="ExportAsync"/>.</summary>
    private const int ExportChunk = 1024;

    /// <summary>The collection that searches go to now; a later <see cref="IndexAsync"/> may lead them to another.</summary>
    /// <exception cref="NotReadyException">Nothing is indexed yet, or in another space than this engine's.</exception>
    public Task<IVectorCollection> OpenItemsAsync(CancellationToken cancellationToken = default) =>
        RunAsync(snapshot => Task.FromResult(snapshot.RequireItems()), cancellationToken);

    /// <summary>The behaviour model that recommendations use now, or null while nothing is trained.</summary>
    /// <exception cref="Item2VecException">Its file is missing or damaged.</exception>
    public Task<Item2VecModel?> OpenBehaviorAsync(CancellationToken cancellationToken = default) =>
        RunAsync(snapshot => Task.FromResult(snapshot.Behavior.Load()), cancellationToken);

    /// <summary>What is in the folder, and in its store; a store elsewhere that does not answer is a part of the answer.</summary>
    public Task<EngineStatus> ReadStatusAsync(CancellationToken cancellationToken = default) => RunLongAsync(async stop =>
    {
        (IReadOnlyList<CollectionStatus> collections, SnapshotRow row, BehaviorModel behavior, VectorStoreException? failure) =
            await ReadStoreAsync(stop).ConfigureAwait(false);
        Item2VecModel? model = behavior.Load();
        return new EngineStatus
        {
            DataPath = _folder,
            IsReadOnly = Records.IsReadOnly || Options.WithoutRecords,
            HasRecords = !Options.WithoutRecords && !row.IsBorrowed,
            Items = Records.ItemCount,
            Events = Records.EventCount,
            Users = Records.UserCount,
            DeadLetters = Records.DeadLetters.Count,
            NotIndexed = NotIndexed,
            LiveIndex = _worker?.Status,
            Store = Options.Store?.Name ?? (Store as EmbeddedVectorStore)?.Name ?? Store.GetType().Name,
            StoreFailure = failure?.Message,
            InUse = row.Collection,
            Collections = collections,
            Behavior = model is null ? null : new BehaviorStatus(model.Items.Count, model.Dimension, model.Pairs),
            Sources = FittedSources.Of(row, _folder, before: null).Names,
            QueryCache = ReadQueryCache(),
            Files = ReadFiles(),
        };
    }, cancellationToken);

    /// <summary>How many events of each kind there are, by kind; "" are those of which the log does not say it.</summary>
    /// <remarks>Cost: one pass over the events at the first call, then from memory.</remarks>
    public Task<IReadOnlyDictionary<string, long>> CountEventsByKindAsync(CancellationToken cancellationToken = default) =>
        RunLongAsync(stop => Task.FromResult(Features.ReadKinds(stop)), cancellationToken);

    private QueryCacheStatus ReadQueryCache()
    {
        QueryCacheStatus[] models = [.. _models.Values.Select(model => model.QueryCache)];
        return new(Options.CachedQueries, models.Sum(model => model.Count), models.Sum(model => model.Hits), models.Sum(model => model.Misses));
    }

    // Files come and go while others write: one that is gone by the time it is looked at is left out. Exists keeps what it read, Length gives that.
    private Dictionary<string, long> ReadFiles() => new DirectoryInfo(_folder) is { Exists: true } folder
        ? folder.GetFiles().Where(file => file.Exists).OrderBy(file => file.Name, StringComparer.Ordinal).ToDictionary(file => file.Name, file => file.Length)
        : [];

    private async Task<(IReadOnlyList<CollectionStatus>, SnapshotRow, BehaviorModel, VectorStoreException?)> ReadStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await AskStoreAsync(async stop =>
            {
                var collections = new List<CollectionStatus>();
                foreach (CollectionInfo info in await Store.ListAsync(stop).ConfigureAwait(false))
                {
                    if (await DescribeAsync(info, stop).ConfigureAwait(false) is { } described)
                        collections.Add(described);
                }
                EngineSnapshot snapshot = await _snapshots.ReadAsync(stop).ConfigureAwait(false);
                return ((IReadOnlyList<CollectionStatus>)collections, snapshot.Row, snapshot.Behavior, (VectorStoreException?)null);
            }, cancellationToken).ConfigureAwait(false);
        }
        catch (VectorStoreException e) when (Options.Store is not null)
        {
            SnapshotRow row = Records.ReadSnapshot(_storeName);
            return ([], row, BehaviorModel.Of(row, _folder), e);
        }
    }

    /// <returns>Null where it was dropped since it was listed.</returns>
    private async Task<CollectionStatus?> DescribeAsync(CollectionInfo info, CancellationToken cancellationToken)
    {
        try
        {
            IVectorCollection collection = await Store.OpenAsync(info.Name, cancellationToken: cancellationToken).ConfigureAwait(false);
            return new(info, await collection.DescribeIndexAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (VectorStoreException e) when (e.IsGone)
        {
            return null;
        }
    }

    /// <summary>Every item of the records with its vector, by id, read as it is asked for: all from one state of the records.</summary>
    /// <exception cref="NotReadyException">There are no records; or what is indexed is of another space than this engine's. Thrown while enumerating, as all
    /// others.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed meanwhile.</exception>
    public async IAsyncEnumerable<ExportedItem> ExportAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (Options.WithoutRecords || (_storeName != RecordStore.OwnStore && Records.IsUnused))
            throw new NotReadyException(NotReadyReason.NoRecords, $"What is exported is in the records, and there are none in {Options.DataPath}",
                "open the folder that has them");
        EngineSnapshot snapshot = await RunAsync(Task.FromResult, cancellationToken).ConfigureAwait(false);
        IEnumerator<Item[]> chunks = Records.ReadItems().Chunk(ExportChunk).GetEnumerator();
        try
        {
            while (await ReadChunkAsync(chunks, snapshot.Items, cancellationToken).ConfigureAwait(false) is { } chunk)
            {
                foreach (ExportedItem item in chunk)
                    yield return item;
            }
        }
        finally
        {
            chunks.Dispose();
        }
    }

    /// <summary>The next items, or null after the last; between two calls nothing keeps the engine from being disposed.</summary>
    private async Task<List<ExportedItem>?> ReadChunkAsync(IEnumerator<Item[]> chunks, IVectorCollection? items, CancellationToken cancellationToken)
    {
        using RunningCalls.Call running = _calls.Enter();
        if (!await Task.Run(chunks.MoveNext, cancellationToken).ConfigureAwait(false))
            return null;
        IReadOnlyDictionary<ItemId, StoredItem>? rows = items is null ? null
            : await items.GetAsync([.. chunks.Current.Select(item => item.Id)], withVectors: true, cancellationToken).ConfigureAwait(false);
        var exported = new List<ExportedItem>(chunks.Current.Length);
        foreach (Item item in chunks.Current)
        {
            // Not a conditional expression: a null memory would convert to an empty one.
            ReadOnlyMemory<float>? vector = null;
            if (rows?.TryGetValue(item.Id, out StoredItem row) == true)
                vector = row.Vector;
            exported.Add(new(item, vector));
        }
        return exported;
    }
}
