using Hybrid.Indexing;
using Hybrid.Records;
using Hybrid.Streaming;
using Hybrid.Upkeep.Migration;

namespace Hybrid;

public sealed partial class HybridEngine
{
    /// <summary>So many changed items are made searchable in place, however small the catalogue: readers see each of them at once.</summary>
    private const int MostInPlace = 10_000;

    /// <summary>How far behind the index is that follows the records by itself; null where it does not: <see cref="HybridOptions.LiveIndex"/>.</summary>
    public LiveIndexStatus? LiveIndex
    {
        get
        {
            using RunningCalls.Call running = _calls.Enter();
            return _worker?.Status;
        }
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
