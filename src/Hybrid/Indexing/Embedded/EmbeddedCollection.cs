using System.Diagnostics.CodeAnalysis;
using Hybrid.Catalog;
using Hybrid.Vectors;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Hybrid.Indexing.Embedded;

/// <summary>A collection in the embedded store: rows in SQLite, searched through an index in memory.</summary>
/// <remarks>
/// <para>A write is committed first and then applied to the index; it is acknowledged when both are done. Each call of UpsertAsync or RemoveAsync is one
/// transaction: after a failure nothing of it is kept.</para>
/// <para>What another process has committed is noticed by the next read here, which then reads the changed rows before it answers.</para>
/// <para>Threads: reads run side by side, and go on during a write's commit and during a build; writes wait for each other. Work runs on the thread pool.</para>
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A ReaderWriterLockSlim that nobody waits for holds nothing, and a reader that outlives the store should hear that the store is closed.")]
public sealed class EmbeddedCollection : IVectorCollection
{
    private readonly Database _database;
    private readonly CollectionTable _table;
    private readonly Sidecar? _sidecar;
    private readonly IvfOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _writing = new();
    private readonly Lock _building = new();
    private readonly ReaderWriterLockSlim _indexLock = new();

    // Under _indexLock: the index, and the revision whose rows it has.
    private IvfIndex _index;
    private long _revision;

    private long _seenVersion = -1;
    private volatile bool _unsaved;
    private volatile bool _dropped;

    /// <exception cref="VectorStoreException">The collection is gone, or the store failed.</exception>
    internal EmbeddedCollection(Database database, CollectionRow row, IvfOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        _database = database;
        _options = options;
        _logger = logger;
        Name = row.Name.ToString();
        Space = row.Space;
        _table = new CollectionTable(database, row.Id, Name, Space.Dimension);
        _sidecar = database.IsInMemory ? null : new Sidecar(row.SidecarPath(database), row.Identity, logger);
        string operation = $"open {Name}";
        (_index, _revision) = database.Read(operation, connection => Load(connection, operation, cancellationToken));
        if (_index.IsStale)
        {
            logger.LogInformation("The index of {Collection} is out of date; it is built again.", Name);
            _index.Build(cancellationToken);
            _unsaved = true;
        }
    }

    public string Name { get; }

    public VectorSpace Space { get; }

    public Task<long> CountAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => Read(index => (long)index.Count, cancellationToken), cancellationToken);

    public Task UpsertAsync(ItemBatch batch, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        VectorArguments.ThrowIfNotOf(Space, batch);
        if (batch.Items.Count == 0)
            return;
        lock (_writing)
        {
            Apply(_table.Upsert(batch, cancellationToken), index =>
            {
                for (int i = 0; i < batch.Items.Count; i++)
                    index.Upsert(StoredFields.Of(batch.Items[i]), batch.Vectors.Span.Slice(i * Space.Dimension, Space.Dimension));
            });
        }
    }, cancellationToken);

    public Task RemoveAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
            return;
        lock (_writing)
        {
            Apply(_table.Remove(items, cancellationToken), index =>
            {
                foreach (ItemId item in items)
                    index.Remove(item);
            });
        }
    }, cancellationToken);

    public Task<IReadOnlyDictionary<ItemId, StoredItem>> GetAsync(IReadOnlyCollection<ItemId> items, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        ArgumentNullException.ThrowIfNull(items);
        return Read<IReadOnlyDictionary<ItemId, StoredItem>>(index =>
        {
            var found = new Dictionary<ItemId, StoredItem>(items.Count);
            foreach (ItemId item in items)
            {
                if (index.TryGet(item, out StoredItem row))
                    found[item] = row;
            }
            return found;
        }, cancellationToken);
    }, cancellationToken);

    public Task<IReadOnlyDictionary<ItemId, string>> ReadFingerprintsAsync(CancellationToken cancellationToken = default) =>
        Task.Run<IReadOnlyDictionary<ItemId, string>>(() => _table.ReadFingerprints(cancellationToken), cancellationToken);

    public Task<IReadOnlyList<Neighbor>> SearchAsync(ReadOnlyMemory<float> query, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        VectorArguments.ThrowIfNotOf(Space, query.Span, count);
        return Read(index => index.Search(query.Span, count, options?.Probes ?? _options.Probes, Matches(options), cancellationToken), cancellationToken);
    }, cancellationToken);

    /// <summary>The nearest items by a look at every vector, whatever <see cref="SearchOptions.Probes"/> says: exact, and what the index is measured against.</summary>
    /// <inheritdoc cref="SearchAsync"/>
    public Task<IReadOnlyList<Neighbor>> ScanAsync(ReadOnlyMemory<float> query, int count, SearchOptions? options = null, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        VectorArguments.ThrowIfNotOf(Space, query.Span, count);
        return Read(index => index.Scan(query.Span, count, Matches(options)), cancellationToken);
    }, cancellationToken);

    /// <summary>Makes the cells anew from the rows in the database, and saves the index beside it.</summary>
    /// <remarks>Memory: a second copy of the vectors while it runs. Searches and writes go on meanwhile; after a failure or a cancellation the index is as before.</remarks>
    /// <exception cref="VectorStoreException">The store failed; or the index is in use and could not be saved, and the next start makes it again.</exception>
    public Task BuildIndexAsync(CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        string operation = $"build the index of {Name}";
        lock (_building)
        {
            _unsaved = false;   // a write from here on sets it again
            bool done = false;
            try
            {
                (IvfIndex fresh, long revision) = _database.Read(operation, connection => (LoadRows(connection, cancellationToken), _table.ReadState(connection, operation).Revision));
                fresh.Build(cancellationToken);
                Exception? unwritten = null;
                try
                {
                    Save(fresh, revision);
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    unwritten = e;
                }
                Change(() => FollowDatabase(operation, fresh, revision, CancellationToken.None));
                if (unwritten is not null)
                {
                    throw new VectorStoreException(_database.Name, operation,
                        $"the index is in use but could not be saved as {_sidecar?.Path} ({unwritten.Message}). Free some space or check the folder's permissions, and repeat.", isTransient: false, unwritten);
                }
                Forget(revision);
                done = true;
            }
            finally
            {
                _unsaved |= !done;
            }
        }
    }, cancellationToken);

    /// <summary>What there is to know about the index.</summary>
    public Task<EmbeddedIndexState> ReadIndexStateAsync(CancellationToken cancellationToken = default) => Task.Run(() => Read(index =>
    {
        FileInfo? file = _sidecar is null ? null : new FileInfo(_sidecar.Path);
        return new EmbeddedIndexState(index.Cells, index.IsStale, file?.FullName, file is { Exists: true } ? file.Length : 0, _sidecar is not null && !_unsaved);
    }, cancellationToken), cancellationToken);

    /// <summary>Saves what has changed; a failure is only noted, because the database has everything.</summary>
    internal void Close()
    {
        try
        {
            if (!_unsaved || _sidecar is null)
                return;
            CatchUp(CancellationToken.None);
            Save(_index, _revision);
            Forget(_revision);
        }
        catch (Exception e) when (e is VectorStoreException or IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(e, "The index of {Collection} could not be saved. The next start makes it again.", Name);
        }
    }

    /// <summary>From here on every use fails, also in memory, where the database is not asked before a read.</summary>
    internal void MarkDropped() => _dropped = true;

    private static Func<Item, bool>? Matches(SearchOptions? options) => options?.Filter is { } filter ? filter.Matches : null;

    private T Read<T>(Func<IvfIndex, T> work, CancellationToken cancellationToken)
    {
        CatchUp(cancellationToken);
        _indexLock.EnterReadLock();
        try
        {
            return work(_index);
        }
        finally
        {
            _indexLock.ExitReadLock();
        }
    }

    private void CatchUp(CancellationToken cancellationToken)
    {
        string operation = $"read {Name}";
        if (_dropped)
            throw _table.Gone(operation);
        // Taken before anything is read, so that a commit in between is noticed next time.
        long version = _database.DataVersion();
        if (version == Volatile.Read(ref _seenVersion) || _database.IsInMemory)
            return;
        if (_database.Read(operation, connection => _table.ReadState(connection, operation).Revision) != Volatile.Read(ref _revision))
            Change(() => FollowDatabase(operation, _index, _revision, cancellationToken));
        Volatile.Write(ref _seenVersion, version);
    }

    /// <summary>Puts a committed write into the index, unless a read has already fetched it from the database.</summary>
    private void Apply(long revision, Action<IvfIndex> change)
    {
        _unsaved = true;
        Change(() =>
        {
            if (_revision == revision - 1)
            {
                change(_index);
                _revision = revision;
            }
            else if (_revision < revision)   // another process wrote before us
            {
                FollowDatabase($"read {Name}", _index, _revision, CancellationToken.None);
            }
        });
    }

    private void Change(Action change)
    {
        _indexLock.EnterWriteLock();
        try
        {
            change();
        }
        finally
        {
            _indexLock.ExitWriteLock();
        }
    }

    /// <summary>Puts an index in use, with what has been written since its revision; another one where deletions that it lacks are no longer on record.</summary>
    private void FollowDatabase(string operation, IvfIndex index, long revision, CancellationToken cancellationToken) =>
        (_index, _revision) = _database.Read(operation, connection =>
        {
            CollectionTable.State state = _table.ReadState(connection, operation);
            if (revision < state.Forgotten)
                return Load(connection, operation, cancellationToken);
            if (revision < state.Revision)
                _table.ApplyChanges(connection, index, revision, cancellationToken);
            return (index, state.Revision);
        });

    private (IvfIndex Index, long Revision) Load(SqliteConnection connection, string operation, CancellationToken cancellationToken)
    {
        CollectionTable.State state = _table.ReadState(connection, operation);
        if (state.Revision == 0)
            return (new IvfIndex(Space.Dimension, _options), 0);
        if (_sidecar is not null && File.Exists(_sidecar.Path))
        {
            Dictionary<ItemId, Item> fields = _table.ReadFields(connection, cancellationToken);
            if (_sidecar.Load(_options, Space.Dimension, item => fields.GetValueOrDefault(item), state.Forgotten, state.Revision, out long saved) is { } index)
            {
                _table.ApplyChanges(connection, index, saved, cancellationToken);
                return (index, state.Revision);
            }
        }
        else if (_sidecar is not null)
        {
            _logger.LogInformation("{Collection} has no saved index yet; it is made from the database.", Name);
        }
        _unsaved = true;
        return (LoadRows(connection, cancellationToken), state.Revision);
    }

    private IvfIndex LoadRows(SqliteConnection connection, CancellationToken cancellationToken)
    {
        var index = new IvfIndex(Space.Dimension, _options);
        _table.ApplyChanges(connection, index, revision: 0, cancellationToken);
        return index;
    }

    private void Save(IvfIndex index, long revision)
    {
        if (_sidecar is null)
            return;
        // Another process may have saved a newer index meanwhile, and dropped the marks that ours would need.
        string operation = $"save the index of {Name}";
        if (_database.Read(operation, connection => _table.ReadState(connection, operation)).Forgotten > revision)
            return;
        _sidecar.Save(index, revision);
    }

    private void Forget(long revision)
    {
        try
        {
            if (_sidecar is not null)
                _table.Forget(revision);
        }
        catch (VectorStoreException e)
        {
            _logger.LogInformation("Deleted rows of {Collection} stay on record until the next save: {Reason}", Name, e.Message);
        }
    }
}
