using Hybrid.Records;
using Hybrid.Records.Sqlite;
using Hybrid.Vectors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid.Indexing.Embedded;

/// <summary>Collections of vectors in one SQLite file, searched in this process; no server.</summary>
/// <remarks>
/// <para>Every acknowledged write survives a crash of the program or the machine. Beside the file lie SQLite's own -wal and -shm; the vectors themselves,
/// "vectors.db.1.vec" and so on, which belong to it and are copied with it; and one index file a collection, "vectors.db.products@3.ivf", which may be deleted
/// at any time and is then made again.</para>
/// <para>A vector is kept once, however many rows and versions of a collection have it. What no row has any more is given back once it is a third of all, by
/// the write that made it so.</para>
/// <para>Several processes may open one file: each sees what the others commit. One writes at a time, the others wait
/// <see cref="EmbeddedStoreOptions.BusyTimeout"/>. A file on a medium that cannot be written is opened for reading.</para>
/// <para>Rows and vectors carry checksums: what is not what was written is named as damage.</para>
/// <para>Every collection it gives out is an <see cref="EmbeddedCollection"/>. Closing waits for the calls that are under way; later ones are refused with an
/// <see cref="ObjectDisposedException"/>.</para>
/// </remarks>
public sealed class EmbeddedVectorStore : IVectorStore
{
    private readonly Database _database;
    private readonly VectorSegments _segments;
    private readonly EmbeddedStoreOptions _options;
    private readonly ILogger _logger;
    private readonly RunningCalls _calls;
    private readonly Lock _opening = new();
    private readonly Dictionary<long, Lock> _reading = [];   // of each collection that was opened; under _opening
    private readonly Dictionary<long, EmbeddedCollection> _open = [];
    private readonly CancellationTokenSource _finishing = new();
    private readonly Lazy<Task> _closing;
    private readonly bool _isMadeHere;

    private EmbeddedVectorStore(Database database, EmbeddedStoreOptions options, ILogger logger, bool isMadeHere)
    {
        _segments = new VectorSegments(database, logger);
        _isMadeHere = isMadeHere;
        _database = database;
        _options = options;
        _logger = logger;
        _calls = new RunningCalls(database.Name);
        _closing = new(CloseAsync);
    }

    /// <summary>The file, as it was named; ":memory:" for a store that ends with this object.</summary>
    public string Path => _database.Path;

    /// <summary>What messages call it, "embedded ./hybrid-data/vectors.db".</summary>
    internal string Name => _database.Name;

    /// <summary>Whether the file or its medium can only be read: writes are then refused, and a missing index is made in memory alone.</summary>
    public bool IsReadOnly => _database.IsReadOnly;

    /// <summary>Opens a store, made with its folder where there is none.</summary>
    /// <remarks>One of an earlier Hybrid, which had the vectors in the database, is moved over first; that takes a few seconds for 100,000 vectors, room for
    /// a second copy of them, and goes on at the next start where it is cut short.</remarks>
    /// <param name="path">A file, or ":memory:".</param>
    /// <exception cref="VectorStoreException">The file cannot be opened, is held by another process, is not a file of this Hybrid, or lacks one of its files
    /// of vectors.</exception>
    public static EmbeddedVectorStore Open(string path, EmbeddedStoreOptions? options = null, ILogger<EmbeddedVectorStore>? logger = null)
    {
        options ??= new();
        bool isMadeHere = path != Database.InMemoryPath && !File.Exists(path);
        Database database = Database.Open(
            new DatabaseOptions("embedded", path, VectorTables.Schema, options.BusyTimeout, options.MaxPages),
            (file, operation, reason, isTransient, cause) => new VectorStoreException(file, operation, reason, isTransient, cause));
        try
        {
            var store = new EmbeddedVectorStore(database, options, logger ?? NullLogger<EmbeddedVectorStore>.Instance, isMadeHere);
            OlderVectors.MoveOver(database, store._segments, store._logger);
            store._segments.ThrowIfMissing("open");
            StoreFolder.Tidy(database, store._logger);
            store.FinishDrops();
            return store;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public Task<IVectorCollection> CreateAsync(string name, VectorSpace space, CancellationToken cancellationToken = default) =>
        _calls.RunAsync<IVectorCollection>(() =>
    {
        CollectionName.ThrowIfNotBase(name, nameof(name));
        VectorArguments.ThrowIfImpossible(space);
        return Opened(_database.Write($"create {name}", connection => CollectionRow.Insert(connection, name, space)), cancellationToken);
    }, cancellationToken);

    public Task<IVectorCollection> OpenAsync(string nameOrAlias, VectorSpace? space = null, CancellationToken cancellationToken = default) =>
        _calls.RunAsync<IVectorCollection>(() =>
    {
        ArgumentNullException.ThrowIfNull(nameOrAlias);
        string operation = $"open {nameOrAlias}";
        CollectionList list = _database.Read(operation, CollectionList.Read);
        CollectionRow row = list.Find(nameOrAlias) ?? throw Unknown(list, operation, "collection or alias", nameOrAlias);
        if (space is not null && space != row.Space)
        {
            throw Failure(operation, $"{row.Name} holds vectors of {row.Space}, and {space} was asked for: the two cannot be compared. "
                + "Open it with the model that filled it, or index the items again into a new collection.");
        }
        ForgetAllBut(list);
        return Opened(row, cancellationToken);
    }, cancellationToken);

    public Task<string?> ResolveAsync(string nameOrAlias, CancellationToken cancellationToken = default) => _calls.RunAsync(() =>
    {
        ArgumentNullException.ThrowIfNull(nameOrAlias);
        return _database.Read($"resolve {nameOrAlias}", CollectionList.Read).Find(nameOrAlias)?.Name.ToString();
    }, cancellationToken);

    public Task<IReadOnlyList<CollectionInfo>> ListAsync(CancellationToken cancellationToken = default) => _calls.RunAsync<IReadOnlyList<CollectionInfo>>(() =>
    {
        CollectionList list = _database.Read("list", CollectionList.Read);
        return [.. list.Rows.Select(row => new CollectionInfo(row.Name.ToString(), row.Space, row.Live, list.AliasesOf(row)))];
    }, cancellationToken);

    public Task SetAliasAsync(string alias, string collection, CancellationToken cancellationToken = default) => _calls.RunAsync(() =>
    {
        CollectionName.ThrowIfNotBase(alias, nameof(alias));
        ArgumentNullException.ThrowIfNull(collection);
        string operation = $"point {alias} at {collection}";
        _database.Write(operation, connection =>
        {
            CollectionList list = CollectionList.Read(connection);
            CollectionList.SetAlias(connection, alias, list.FindByName(collection) ?? throw Unknown(list, operation, "collection", collection));
            return 0;
        });
    }, cancellationToken);

    /// <summary>Removes a collection and its vectors for good.</summary>
    /// <remarks>It is gone for everybody in one step. Its rows then go in many; where these are cut short, by a cancellation too, the next start finishes
    /// them.</remarks>
    /// <inheritdoc/>
    public Task DropAsync(string collection, CancellationToken cancellationToken = default) => _calls.RunAsync(() =>
    {
        ArgumentNullException.ThrowIfNull(collection);
        string operation = $"drop {collection}";
        CollectionRow? dropped = _database.Write(operation, connection =>
        {
            CollectionList list = CollectionList.Read(connection);
            if (list.FindByName(collection) is not { } row)
                return null;
            if (list.AliasesOf(row) is { Count: > 0 } aliases)
                throw Failure(operation, $"these aliases still lead to it: {string.Join(", ", aliases)}. Point them at another collection first.");
            row = row with { IsDropped = true };
            row.Update(connection);
            return row;
        });
        if (dropped is null)
            return;
        Forget(dropped);
        Erase(dropped, cancellationToken);
    }, cancellationToken);

    /// <summary>Refuses new calls, waits for those under way, saves the indexes that have changed, and closes the file; one that was made here and never
    /// written to is removed again.</summary>
    public ValueTask DisposeAsync() => new(_closing.Value);

    private async Task CloseAsync()
    {
        Task ended = _calls.CloseAsync();   // from here on calls are refused
        await _finishing.CancelAsync().ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        _finishing.Dispose();
        await Task.Run(SaveAndClose).ConfigureAwait(false);
    }

    private void SaveAndClose()
    {
        try
        {
            foreach (EmbeddedCollection collection in _open.Values)
                collection.Close();
        }
        finally
        {
            _segments.Dispose();
            _database.Dispose();
            if (_isMadeHere)
                _database.DeleteIfUnused(connection => connection.Scalar<long>("SELECT count(*) FROM versions") == 0);
        }
    }

    private EmbeddedCollection Opened(CollectionRow row, CancellationToken cancellationToken)
    {
        Lock? reading;
        lock (_opening)
        {
            if (_open.TryGetValue(row.Id, out EmbeddedCollection? there))
                return there;
            if (!_reading.TryGetValue(row.Id, out reading))
                _reading.Add(row.Id, reading = new Lock());
        }
        lock (reading)   // whoever wants another collection does not wait for the rows of this one
        {
            lock (_opening)
            {
                if (_open.TryGetValue(row.Id, out EmbeddedCollection? there))
                    return there;
            }
            var collection = new EmbeddedCollection(_database, _segments, _calls, row, _options.Index, _logger, _finishing.Token, cancellationToken);
            lock (_opening)
                _open[row.Id] = collection;
            return collection;
        }
    }

    // A collection that another process has dropped would keep its vectors in memory until this store is closed.
    private void ForgetAllBut(CollectionList list)
    {
        lock (_opening)
        {
            foreach (long id in _open.Keys.Except(list.Rows.Select(row => row.Id)).ToList())
            {
                // One that was made after the list was read is not in it either.
                if (_database.Read("open", connection => CollectionRow.Find(connection, id)) is null)
                    Forget(id);
            }
        }
    }

    private void Forget(long id)
    {
        lock (_opening)
        {
            if (_open.Remove(id, out EmbeddedCollection? collection))
                collection.MarkDropped();
        }
    }

    private void Forget(CollectionRow row)
    {
        Forget(row.Id);
        if (StoreFolder.SidecarOf(_database, row) is not { } sidecar)
            return;
        try
        {
            sidecar.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(e, "{Collection} was dropped, but its index file {Path} could not be deleted. Nothing reads it any more.", row.Name,
                sidecar.Path);
        }
    }

    // In the background: a search need not wait for the rows of a collection that nobody sees.
    private void FinishDrops()
    {
        List<CollectionRow> dropped = _database.IsReadOnly ? [] : [.. _database.Read("open", CollectionList.Read).Dropped];
        if (dropped.Count == 0)
            return;
        CancellationToken closing = _finishing.Token;
        _ = _calls.RunAsync(() =>
        {
            foreach (CollectionRow row in dropped.TakeWhile(_ => !closing.IsCancellationRequested))
                Erase(row, closing);
        }, CancellationToken.None);
    }

    private void Erase(CollectionRow row, CancellationToken cancellationToken)
    {
        try
        {
            new CollectionTable(_database, _segments, row.Id, row.Name.ToString(), row.Space.Dimension).Erase(cancellationToken);
        }
        catch (VectorStoreException e)
        {
            _logger.LogWarning("{Collection} was dropped, but not all of its rows could be deleted: {Reason} The next start deletes the rest.", row.Name,
                e.Message);
        }
        catch (OperationCanceledException)
        {
            // It is gone for everybody all the same, and the next start deletes the rest.
        }
    }

    private VectorStoreException Unknown(CollectionList list, string operation, string kind, string name) => Failure(
        operation,
        $"there is no {kind} '{name}'. " + (list.Rows.Any() ? $"There are: {list}." : "The store has no collections yet: index some items first."),
        isGone: true);

    private VectorStoreException Failure(string operation, string reason, bool isGone = false) =>
        new(_database.Name, operation, reason, isTransient: false) { IsGone = isGone };
}
