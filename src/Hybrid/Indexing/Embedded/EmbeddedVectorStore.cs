using Hybrid.Vectors;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hybrid.Indexing.Embedded;

/// <summary>Collections and a catalogue in one SQLite file, searched in this process; no server.</summary>
/// <remarks>
/// <para>Every acknowledged write survives a crash of the program or the machine. Beside the file lie SQLite's own -wal and -shm, and one index file a
/// collection, "products@3.ivf", which may be deleted at any time and is then made again.</para>
/// <para>Several processes may open one file: each sees what the others commit. One writes at a time, the others wait <see cref="EmbeddedStoreOptions.BusyTimeout"/>.</para>
/// <para>Every collection it gives out is an <see cref="EmbeddedCollection"/>.</para>
/// </remarks>
public sealed class EmbeddedVectorStore : IVectorStore
{
    private readonly Database _database;
    private readonly EmbeddedStoreOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _opening = new();
    private readonly Dictionary<long, EmbeddedCollection> _open = [];
    private bool _disposed;

    private EmbeddedVectorStore(Database database, EmbeddedStoreOptions options, ILogger logger)
    {
        _database = database;
        _options = options;
        _logger = logger;
        Catalog = new EmbeddedCatalog(database);
    }

    /// <summary>The file, as it was named; ":memory:" for a store that ends with this object.</summary>
    public string Path => _database.Path;

    /// <summary>The items and events that were imported, in the same file.</summary>
    public EmbeddedCatalog Catalog { get; }

    /// <summary>Opens a store, made with its folder where there is none.</summary>
    /// <param name="path">A file, or ":memory:".</param>
    /// <exception cref="VectorStoreException">The file cannot be opened, is held by another process, or is not a file of this Hybrid.</exception>
    public static EmbeddedVectorStore Open(string path, EmbeddedStoreOptions? options = null, ILogger<EmbeddedVectorStore>? logger = null)
    {
        options ??= new();
        return new(Database.Open(path, options), options, logger ?? NullLogger<EmbeddedVectorStore>.Instance);
    }

    public Task<IVectorCollection> CreateAsync(string name, VectorSpace space, CancellationToken cancellationToken = default) => Task.Run<IVectorCollection>(() =>
    {
        CollectionName.ThrowIfNotBase(name, nameof(name));
        ArgumentNullException.ThrowIfNull(space);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(space.Dimension, "space.Dimension");
        return Opened(_database.Write($"create {name}", connection => CollectionRow.Insert(connection, name, space)), cancellationToken);
    }, cancellationToken);

    public Task<IVectorCollection> OpenAsync(string nameOrAlias, VectorSpace? space = null, CancellationToken cancellationToken = default) => Task.Run<IVectorCollection>(() =>
    {
        ArgumentNullException.ThrowIfNull(nameOrAlias);
        string operation = $"open {nameOrAlias}";
        CollectionRow row = _database.Read(operation, connection => Find(connection, nameOrAlias) ?? throw Unknown(connection, operation, "collection or alias", nameOrAlias));
        if (space is not null && space != row.Space)
        {
            throw Failure(operation, $"{row.Name} holds vectors of {row.Space}, and {space} was asked for: the two cannot be compared. "
                + "Open it with the model that filled it, or index the items again into a new collection.");
        }
        return Opened(row, cancellationToken);
    }, cancellationToken);

    public Task<IReadOnlyList<CollectionInfo>> ListAsync(CancellationToken cancellationToken = default) => Task.Run(() => _database.Read<IReadOnlyList<CollectionInfo>>("list", connection =>
    {
        ILookup<long, string> aliases = ReadAliases(connection);
        List<CollectionInfo> found = [];
        foreach (CollectionRow row in CollectionRow.ReadAll(connection))
        {
            long count = connection.Scalar<long>("SELECT count(*) FROM rows WHERE collection = @id AND deleted = 0", ("@id", row.Id));
            found.Add(new(row.Name.ToString(), row.Space, count, [.. aliases[row.Id]]));
        }
        return found;
    }), cancellationToken);

    public Task SetAliasAsync(string alias, string collection, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        CollectionName.ThrowIfNotBase(alias, nameof(alias));
        ArgumentNullException.ThrowIfNull(collection);
        string operation = $"point {alias} at {collection}";
        _database.Write(operation, connection =>
        {
            CollectionRow row = FindByName(connection, collection) ?? throw Unknown(connection, operation, "collection", collection);
            return connection.Execute("INSERT INTO aliases (alias, collection) VALUES (@alias, @id) ON CONFLICT (alias) DO UPDATE SET collection = excluded.collection", ("@alias", alias), ("@id", row.Id));
        });
    }, cancellationToken);

    public Task DropAsync(string collection, CancellationToken cancellationToken = default) => Task.Run(() =>
    {
        ArgumentNullException.ThrowIfNull(collection);
        string operation = $"drop {collection}";
        CollectionRow? dropped = _database.Write(operation, connection =>
        {
            if (FindByName(connection, collection) is not { } row)
                return null;
            if (ReadAliases(connection)[row.Id].ToList() is { Count: > 0 } aliases)
                throw Failure(operation, $"these aliases still lead to it: {string.Join(", ", aliases)}. Point them at another collection first.");
            connection.Execute("""
                DELETE FROM vectors WHERE row IN (SELECT id FROM rows WHERE collection = @id);
                DELETE FROM rows WHERE collection = @id;
                DELETE FROM collections WHERE id = @id;
                """, ("@id", row.Id));
            return row;
        });
        if (dropped is not null)
            Forget(dropped);
    }, cancellationToken);

    /// <summary>Saves the indexes that have changed, and closes the file.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_opening)
        {
            if (_disposed)
                return ValueTask.CompletedTask;
            _disposed = true;
            foreach (EmbeddedCollection collection in _open.Values)
                collection.Close();
            _open.Clear();
            _database.Dispose();
        }
        return ValueTask.CompletedTask;
    }

    private EmbeddedCollection Opened(CollectionRow row, CancellationToken cancellationToken)
    {
        lock (_opening)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_open.TryGetValue(row.Id, out EmbeddedCollection? collection))
                _open.Add(row.Id, collection = new EmbeddedCollection(_database, row, _options.Index, _logger, cancellationToken));
            return collection;
        }
    }

    private void Forget(CollectionRow row)
    {
        lock (_opening)
        {
            if (_open.Remove(row.Id, out EmbeddedCollection? collection))
                collection.MarkDropped();
        }
        if (_database.IsInMemory)
            return;
        try
        {
            File.Delete(row.SidecarPath(_database));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(e, "{Collection} was dropped, but its index file {Path} could not be deleted. Nothing reads it any more.", row.Name, row.SidecarPath(_database));
        }
    }

    private static CollectionRow? Find(SqliteConnection connection, string nameOrAlias) =>
        FindByName(connection, nameOrAlias) ?? CollectionRow.FindAlias(connection, nameOrAlias);

    private static CollectionRow? FindByName(SqliteConnection connection, string name) =>
        CollectionName.TryParse(name, out CollectionName parsed) ? CollectionRow.Find(connection, parsed) : null;

    private static ILookup<long, string> ReadAliases(SqliteConnection connection)
    {
        using SqliteCommand command = connection.Command("SELECT collection, alias FROM aliases ORDER BY alias");
        using SqliteDataReader reader = command.ExecuteReader();
        var pairs = new List<(long Collection, string Alias)>();
        while (reader.Read())
            pairs.Add((reader.GetInt64(0), reader.GetString(1)));
        return pairs.ToLookup(p => p.Collection, p => p.Alias);
    }

    private VectorStoreException Unknown(SqliteConnection connection, string operation, string kind, string name)
    {
        ILookup<long, string> aliases = ReadAliases(connection);
        List<string> known = [.. CollectionRow.ReadAll(connection).Select(row => aliases.Contains(row.Id) ? $"{row.Name} ({string.Join(", ", aliases[row.Id])})" : row.Name.ToString())];
        return Failure(operation, $"there is no {kind} '{name}'. "
            + (known.Count == 0 ? "The store has no collections yet: index some items first." : $"There are: {string.Join(", ", known)}."));
    }

    private VectorStoreException Failure(string operation, string reason) => new(_database.Name, operation, reason, isTransient: false);
}
