using Hybrid.Catalog;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Streaming;
using Hybrid.Upkeep.Migration;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>So many changed items are made searchable in place, however small the catalogue: readers see each of them at once.</summary>
    private const int MostInPlace = 10_000;

    /// <summary>The runtime compiles a method anew, and faster, once it has run 30 times.</summary>
    private const int WarmUpRounds = 40;

    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(2);

    /// <summary>How far behind the index is that follows the records by itself; null where it does not: <see cref="HybridOptions.LiveIndex"/>.</summary>
    public LiveIndexStatus? LiveIndex
    {
        get
        {
            using RunningCalls.Call running = _calls.Enter();
            return _worker?.Status;
        }
    }

    /// <summary>Whether a model is in memory: then nobody waits for it.</summary>
    internal bool HasLoadedModel => _models.Values.Any(model => model.IsLoaded);

    /// <summary>Does what the first requests would wait for: the model and the recommender are loaded, popularity is counted, and what answers has run often
    /// enough to be compiled.</summary>
    /// <remarks>Nothing is written. Where nothing is indexed there is nothing to load. Cost: about as long as loading the model takes.</remarks>
    /// <exception cref="ModelException">The encoder's model cannot be used.</exception>
    /// <exception cref="RecordsException">The records failed.</exception>
    /// <exception cref="VectorStoreException">The store failed.</exception>
    public Task WarmUpAsync(CancellationToken cancellationToken = default) => RunLongAsync(async stop =>
    {
        EngineSnapshot snapshot = await _snapshots.ReadAsync(stop).ConfigureAwait(false);
        if (!snapshot.HasItems)
            return 0;
        Item[] items = [.. snapshot.IsBorrowed ? [] : Records.ReadItems(default, WarmUpRounds)];
        // Each takes some tenths of a second, and none needs another.
        Task popular = items.Length > 0 ? Task.Run(ReadPopular, stop) : Task.CompletedTask, behavior = Task.Run(snapshot.Behavior.Load, stop);
        TextEncoder encoder = ModelOf(snapshot.RequireItems().Space).Load();
        await Task.WhenAll(popular, behavior).ConfigureAwait(false);
        snapshot.OpenRecommender();
        float[] vector = new float[encoder.Dimension];
        long begin = TimeProvider.System.GetTimestamp();
        foreach (Item item in items.TakeWhile(_ => TimeProvider.System.GetElapsedTime(begin) < LongestWarmUp))
        {
            // Past the cache of queries, which is for what users ask.
            encoder.Encode([item.Title.Length > 0 ? item.Title : item.Id.Value], TextRole.Query, vector, stop);
            try
            {
                await RecommendAsync(new RecommendQuery { Item = item.Id, Count = 10 }, stop).ConfigureAwait(false);
                await RecommendAsync(new RecommendQuery { History = [item.Id], Count = 10 }, stop).ConfigureAwait(false);
                await SearchAsync(new SearchQuery { Item = item.Id, Count = 10 }, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is NotReadyException or UnknownItemException)
            {
                // It waits to be indexed, or has just been removed.
            }
        }
        if (items.Length > 0)
            await RecommendAsync(new RecommendQuery { Count = 10 }, stop).ConfigureAwait(false);
        return items.Length;
    }, cancellationToken);

    /// <summary>Gives back what the text models have taken for many texts at once, where none came since this was called before.</summary>
    internal void FreeUnused()
    {
        foreach (EngineModel model in _models.Values)
            model.FreeUnused();
    }

    private IndexWorker? StartLiveIndex() => Options.LiveIndex is { } live && !Options.WithoutRecords && !Records.IsReadOnly
        ? new IndexWorker(live, () => Records.LastItemChange, CountChanged, IndexChangesAsync, TimeProvider.System, _logger)
        : null;

    /// <summary>Items of which the index in use, or the one that a migration has filled beside it, is not as the records are; removed ones included.</summary>
    private long CountChanged()
    {
        SnapshotRow row = Records.ReadSnapshot(_storeName);
        long behind = row.Migration is { Stage: RecordStore.Completed } ? 0 : row.Collection is { } collection ? _changes.Count(collection) : Records.ItemCount;
        return row.Migration is { New: { } made } migration && StageOf(migration) > MigrationStage.Backfilling
            ? Math.Max(behind, Records.ChangesOf(migration.Target).Count(made)) : behind;
    }

    /// <summary>Makes what has changed searchable. Unlike <see cref="IndexAsync"/> it never goes over to another model, and goes on in place.</summary>
    private async Task IndexChangesAsync(CancellationToken cancellationToken)
    {
        if (CountChanged() == 0)
            return;
        await using FileStream held = await FolderLock.TakeAsync(Path.Combine(_folder, IndexLockName), cancellationToken).ConfigureAwait(false);
        SnapshotRow row = Records.ReadSnapshot(_storeName);
        if (row.Migration is not null)
        {
            await IndexAloneAsync(verify: false, progress: null, cancellationToken).ConfigureAwait(false);
            return;
        }
        IVectorCollection? current = row.Collection is null ? null : await _versions.FindAsync(row.Collection, cancellationToken).ConfigureAwait(false);
        if (current is not null && current.Space != ModelOf(current.Space).Space)
            throw new NotReadyException(NotReadyReason.OtherSpace, $"{current.Name} is of another model or template than this engine's",
                "call IndexAsync once");
        if (current is null || !_changes.IsComplete(current.Name) || _changes.Count(current.Name) > MostInPlace)
            await IndexAloneAsync(verify: false, progress: null, cancellationToken).ConfigureAwait(false);
        else
            await UpdateAsync(current, reused: null, progress: null, cancellationToken).ConfigureAwait(false);
    }
}
