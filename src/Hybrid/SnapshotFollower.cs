using Hybrid.Behavior;
using Hybrid.Encoding;
using Hybrid.Indexing;
using Hybrid.Recommending;
using Hybrid.Records;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;

namespace Hybrid;

/// <summary>Keeps the snapshot that requests see in step with the records' row, whoever writes it.</summary>
/// <remarks>
/// <para>A request pays a few microseconds to learn that nothing has changed. After a change one request reads the new snapshot, and the others go on with
/// the old one until it is there.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
/// <param name="store">The name of the store, by which the records know what is in use there.</param>
/// <param name="folder">Where the behaviour models are.</param>
/// <param name="space">The space in which the engine makes vectors to search a collection, of whose space and whether others have indexed it.</param>
/// <param name="second">Finds the new collection of a migration, with the change log of its store.</param>
/// <param name="recommender">Makes the recommender over a collection (null: none) and a behaviour model.</param>
internal sealed class SnapshotFollower(
    RecordStore records, CollectionVersions versions, string store, string folder, Func<VectorSpace, bool, VectorSpace> space,
    Func<MigrationRow, CancellationToken, Task<(IndexedItems Items, ChangeLog Changes)>> second,
    Func<IVectorCollection?, Item2VecModel?, HybridRecommender> recommender, ILogger logger) : IDisposable
{
    /// <summary>How long an alias that somebody moved is not noticed: it is asked of the store, which may be a server.</summary>
    private static readonly TimeSpan AliasInterval = TimeSpan.FromMilliseconds(250);

    private readonly ChangeLog _changes = records.ChangesOf(store);
    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile EngineSnapshot? _current;
    private volatile EngineSnapshot? _forgotten;
    private long _seenVersion = long.MinValue;
    private long _leastRevision;
    private long _aliasSeen;
    private string? _refusedAlias;   // under _loading

    /// <summary>The snapshot for one request.</summary>
    public async ValueTask<EngineSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        EngineSnapshot? current = _current;
        bool isUsable = current is not null && !ReferenceEquals(current, _forgotten) && current.Row.Revision >= Volatile.Read(ref _leastRevision);
        bool aliasIsDue = TimeProvider.System.GetElapsedTime(Volatile.Read(ref _aliasSeen)) > AliasInterval;
        if (isUsable)
        {
            bool isSeen = !aliasIsDue && records.DataVersion == Volatile.Read(ref _seenVersion);
            if (isSeen || !_loading.Wait(0, CancellationToken.None))
                return current!;   // nothing has changed, or somebody is at it. ! : it is usable
        }
        else
        {
            await _loading.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        try
        {
            return await RefreshAsync(aliasIsDue, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>No request that begins from here on sees a snapshot older than this: it is of a change that the caller is about to acknowledge.</summary>
    public void Require(SnapshotRow row)
    {
        for (long least = Volatile.Read(ref _leastRevision); least < row.Revision;)
            least = Interlocked.CompareExchange(ref _leastRevision, row.Revision, least);
    }

    /// <summary>Has the next request make a new snapshot in the place of this one, of which a part has failed or is gone.</summary>
    /// <returns>Whether the records lead to another one by now.</returns>
    public bool Forget(EngineSnapshot used)
    {
        _forgotten = used;
        return records.ReadSnapshot(store).Revision != used.Row.Revision;
    }

    /// <summary>Whether what was answered from a snapshot may be of a collection that was dropped meanwhile, and then the next request makes a new
    /// snapshot.</summary>
    /// <remarks>Who drops one has it leave the records first. A server may answer of one that it is dropping as if it were empty; the embedded store
    /// does not.</remarks>
    public bool HasLeft(EngineSnapshot used)
    {
        if (!used.IsOfServer || used.IsBorrowed || (ReferenceEquals(_current, used) && records.DataVersion == Volatile.Read(ref _seenVersion)))
            return false;
        SnapshotRow now = records.ReadSnapshot(store);
        string?[] answering = [now.Collection, now.Migration?.New];
        if (answering.Contains(used.Row.Collection) && (used.Row.Migration is not { New: { } made } || answering.Contains(made)))
            return false;
        _forgotten = used;
        return true;
    }

    public void Dispose() => _loading.Dispose();

    private async Task<EngineSnapshot> RefreshAsync(bool aliasIsDue, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before anything is read, so that a commit in between is noticed next time.
            long version = records.DataVersion;
            SnapshotRow row = records.ReadSnapshot(store);
            EngineSnapshot? snapshot = _current;
            row = await BorrowAsync(row, snapshot, aliasIsDue, cancellationToken).ConfigureAwait(false);
            if (aliasIsDue)
            {
                row = await FollowAliasAsync(row, cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _aliasSeen, TimeProvider.System.GetTimestamp());
                aliasIsDue = false;
            }
            bool isCurrent = snapshot is not null && snapshot.Row.Revision == row.Revision && snapshot.Row.Collection == row.Collection;
            if (!isCurrent || ReferenceEquals(snapshot, _forgotten))
            {
                snapshot = await LoadAsync(row, snapshot, cancellationToken).ConfigureAwait(false);
                // Its collection may have been dropped before it was opened: then the records lead to another one.
                if (!snapshot.HasItems && records.ReadSnapshot(store).Revision != row.Revision)
                    continue;
                _current = snapshot;
            }
            Volatile.Write(ref _seenVersion, version);
            return snapshot!;   // ! : a current one is there
        }
    }

    /// <summary>The row; where nothing was ever written here, with the collection that others have made in the store.</summary>
    private async Task<SnapshotRow> BorrowAsync(SnapshotRow row, EngineSnapshot? before, bool aliasIsDue, CancellationToken cancellationToken)
    {
        if (row.Collection is not null || store == RecordStore.OwnStore || !records.IsUnused)
            return row;
        if (before is { IsBorrowed: true } && !aliasIsDue && !ReferenceEquals(before, _forgotten))
            return before.Row;
        return await versions.ReadAliasAsync(cancellationToken).ConfigureAwait(false) is { } borrowed
            ? row with { Collection = borrowed, IsBorrowed = true }
            : row;
    }

    /// <summary>The row, changed to where the alias leads if somebody has moved it; or the alias moved to where the row leads, if a switch was cut short
    /// before.</summary>
    private async Task<SnapshotRow> FollowAliasAsync(SnapshotRow row, CancellationToken cancellationToken)
    {
        if (row.Collection is null || row.IsBorrowed || records.IsReadOnly)
            return row;
        try
        {
            string? alias = await versions.ReadAliasAsync(cancellationToken).ConfigureAwait(false);
            if (alias != row.Collection && row.AliasFollows && alias is not null)
                return await AdoptAsync(alias, row, cancellationToken).ConfigureAwait(false);
            if (alias != row.Collection && await versions.FindAsync(row.Collection, cancellationToken).ConfigureAwait(false) is not null)
            {
                await versions.PointAliasAsync(row.Collection, cancellationToken).ConfigureAwait(false);
                alias = row.Collection;
            }
            if (alias == row.Collection && !row.AliasFollows)
                records.NoteAliasFollows(row.Collection, store);
            return row;
        }
        catch (Exception e) when (e is RecordsException || (e is VectorStoreException && (_current is not null || store == RecordStore.OwnStore)))
        {
            // The row says what to use; a store that has failed will say so when it is searched.
            logger.LogWarning(e, "Whether the alias {Alias} was moved could not be seen. It is looked at again soon.", versions.Name);
            return row;
        }
    }

    private async Task<SnapshotRow> AdoptAsync(string alias, SnapshotRow row, CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(alias, cancellationToken).ConfigureAwait(false) is not { } chosen)
            return row;   // gone again
        IndexedItems items = Usable(chosen, isBorrowed: false);
        if (items.Refusal is { } refusal)
        {
            if (_refusedAlias != alias)
            {
                logger.LogWarning(refusal(), "The alias {Alias} was moved to {Collection}, which cannot be searched here. Requests stay with {Current}.",
                    versions.Name, alias, row.Collection);
            }
            _refusedAlias = alias;
            return row;
        }
        // A collection that the records know nothing of may hold rows that they do not have.
        if (!_changes.ReadTargets().Contains(alias))
            await CatalogIndexer.ReconcileAsync(chosen, records, _changes, cancellationToken).ConfigureAwait(false);
        return records.FollowAlias(alias, row.Revision, store);
    }

    private async Task<EngineSnapshot> LoadAsync(SnapshotRow row, EngineSnapshot? before, CancellationToken cancellationToken)
    {
        IndexedItems items = await FindItemsAsync(row, cancellationToken).ConfigureAwait(false);
        FittedSources sources = FittedSources.Of(row, folder, before?.Sources);
        if (before is not null && before.Behavior.Hash == row.BehaviorHash)
            return await MakeAsync(before.Behavior).ConfigureAwait(false);
        var behavior = BehaviorModel.Of(row, folder);
        if (before is { Behavior.IsLoaded: true })
        {
            try
            {
                behavior.Load();   // who has recommended before will again: then this request waits, while the others still have the old model
            }
            catch (Item2VecException)
            {
                // It is for those to hear who need the model; this request may be a search.
            }
        }
        return await MakeAsync(behavior).ConfigureAwait(false);

        async Task<EngineSnapshot> MakeAsync(BehaviorModel model)
        {
            if (row.Migration is null)
                return new(row, items, model, sources, _changes, recommender);
            (IndexedItems found, ChangeLog log) = await second(row.Migration, cancellationToken).ConfigureAwait(false);
            return new(row, items, model, sources, _changes, recommender)
            {
                Second = new(row, found, model, sources, log, recommender) { Variant = Variant.New },
            };
        }
    }

    private async Task<IndexedItems> FindItemsAsync(SnapshotRow row, CancellationToken cancellationToken)
    {
        if (row.Collection is not { } name)
        {
            string where = store == RecordStore.OwnStore ? $"in {folder}" : $"of {folder} in {store}";
            return new(null, IsIndexed: false, () =>
                new NotReadyException(NotReadyReason.NotIndexed, $"Nothing is indexed {where} yet", "call IndexAsync"));
        }
        return await versions.FindAsync(name, cancellationToken).ConfigureAwait(false) is { } items
            ? Usable(items, row.IsBorrowed)
            : new(null, IsIndexed: false, () => new NotReadyException(
                NotReadyReason.NotIndexed, $"The collection {name} is no longer in the store", "call IndexAsync, which makes it again"));
    }

    /// <param name="isBorrowed">Whether others have indexed it: with what template does not matter to who only encodes queries.</param>
    private IndexedItems Usable(IVectorCollection items, bool isBorrowed)
    {
        try
        {
            VectorSpace own = space(items.Space, isBorrowed);
            return items.Space == own
                ? new(items, IsIndexed: true, null)
                : new(null, IsIndexed: true, () => new NotReadyException(
                    NotReadyReason.OtherSpace, $"{items.Name} holds vectors of {items.Space}, and this engine makes vectors of {own}",
                    "open it with the model and the template that it was indexed with, or call IndexAsync"));
        }
        catch (ModelException e)
        {
            return new(null, IsIndexed: true, () => e);   // what needs no index, a status, is answered all the same
        }
    }
}
