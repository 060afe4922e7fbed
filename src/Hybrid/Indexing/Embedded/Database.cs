using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>One SQLite file: its connections, its transactions, and what its failures are called.</summary>
/// <remarks>
/// <para>WAL: readers see the last commit and never wait for a writer; one writer at a time, others wait <see cref="EmbeddedStoreOptions.BusyTimeout"/>.</para>
/// <para>synchronous = FULL: a commit that has returned survives a crash of the program and of the machine.</para>
/// <para>Threads: every member may be called concurrently.</para>
/// </remarks>
internal sealed class Database : IDisposable
{
    /// <summary>The path of a database that lives in memory and ends with its store.</summary>
    public const string InMemoryPath = ":memory:";

    private readonly string _connectionString;
    private readonly int? _maxPages;
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private readonly SqliteConnection _watch;
    private readonly SqliteCommand _dataVersion;
    private readonly Lock _watching = new();
    private bool _disposed;

    private Database(string path, string folder, string connectionString, EmbeddedStoreOptions options)
    {
        Path = path;
        Folder = folder;
        Name = $"embedded {path}";
        _connectionString = connectionString;
        _maxPages = options.MaxPages;
        _watch = Connect();
        try
        {
            DatabaseSchema.Ensure(_watch, Name);
            _dataVersion = _watch.Command("PRAGMA data_version");
        }
        catch
        {
            _watch.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>The absolute path of the folder that it is in; empty in memory.</summary>
    public string Folder { get; }

    /// <summary>What errors call it: "embedded ./items.db".</summary>
    public string Name { get; }

    public bool IsInMemory => Path == InMemoryPath;

    /// <summary>Opens the file, made with its folder where there is none.</summary>
    /// <exception cref="VectorStoreException">It cannot be opened, or is not a file of this Hybrid.</exception>
    public static Database Open(string path, EmbeddedStoreOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var connection = new SqliteConnectionStringBuilder
        {
            Pooling = false,   // ours, below: it ends with the store
            DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
        };
        string folder = "";
        if (path == InMemoryPath)
        {
            // Each connection to ":memory:" would have a database of its own; a shared cache under a name is one for all.
            connection.DataSource = $"hybrid-{Guid.NewGuid():N}";
            connection.Mode = SqliteOpenMode.Memory;
            connection.Cache = SqliteCacheMode.Shared;
        }
        else
        {
            folder = MakeFolder(path);
            connection.DataSource = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(path));
        }
        try
        {
            return new Database(path, folder, connection.ConnectionString, options);
        }
        catch (SqliteException e)
        {
            throw DatabaseFailure.From(e, $"embedded {path}", "open");
        }
    }

    /// <summary>Runs <paramref name="work"/> on one snapshot of the file.</summary>
    /// <exception cref="VectorStoreException">SQLite failed.</exception>
    public T Read<T>(string operation, Func<SqliteConnection, T> work) => Run(operation, connection =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
        T result = work(connection);
        transaction.Commit();
        return result;
    });

    /// <summary>Runs <paramref name="work"/> in one write transaction: after this returns all of it survives, after an exception nothing of it was kept.</summary>
    /// <exception cref="VectorStoreException">SQLite failed.</exception>
    public T Write<T>(string operation, Func<SqliteConnection, T> work) => Run(operation, connection =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        T result = work(connection);
        transaction.Commit();
        return result;
    });

    /// <summary>The rows of one query, read as they are asked for, all from one snapshot.</summary>
    /// <exception cref="VectorStoreException">SQLite failed; thrown while enumerating.</exception>
    public IEnumerable<T> Stream<T>(string operation, string sql, Func<SqliteDataReader, T> row)
    {
        SqliteConnection connection = Rent(operation);
        bool finished = false;
        try
        {
            using SqliteCommand command = connection.Command(sql);
            using SqliteDataReader reader = Translated(operation, command.ExecuteReader);
            Func<bool> next = reader.Read;
            Func<T> read = () => row(reader);
            while (Translated(operation, next))
                yield return Translated(operation, read);
            finished = true;
        }
        finally
        {
            Return(connection, finished);
        }
    }

    /// <summary>A number that is another one after any other connection's commit, in this process or another.</summary>
    /// <remarks>Cost: a few microseconds, no disk access. Always 0 in memory, where nobody else writes.</remarks>
    public long DataVersion()
    {
        lock (_watching)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedVectorStore));
            return IsInMemory ? 0 : Translated("read", () => (long)_dataVersion.ExecuteScalar()!);   // ! : the pragma always has a value
        }
    }

    /// <summary>A connection outside the pool, for a transaction that spans calls; the caller disposes it.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA busy_timeout = {connection.DefaultTimeout * 1000}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
            if (_maxPages is { } pages)
                connection.Execute($"PRAGMA max_page_count = {pages}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public T Translated<T>(string operation, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw DatabaseFailure.From(e, Name, operation);
        }
    }

    public void Dispose()
    {
        lock (_watching)
        {
            _disposed = true;
            while (_idle.TryTake(out SqliteConnection? connection))
                connection.Dispose();
            _dataVersion.Dispose();
            _watch.Dispose();
        }
    }

    private T Run<T>(string operation, Func<SqliteConnection, T> work)
    {
        SqliteConnection connection = Rent(operation);
        bool finished = false;
        try
        {
            T result = Translated(operation, () => work(connection));
            finished = true;
            return result;
        }
        finally
        {
            Return(connection, finished);
        }
    }

    private SqliteConnection Rent(string operation)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(EmbeddedVectorStore));
        return _idle.TryTake(out SqliteConnection? idle) ? idle : Translated(operation, Connect);
    }

    // After a failure nobody knows what state the connection is in.
    private void Return(SqliteConnection connection, bool reusable)
    {
        if (reusable && !_disposed)
            _idle.Add(connection);
        else
            connection.Dispose();
    }

    private static string MakeFolder(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new VectorStoreException($"embedded {path}", "open", "it is a folder. Name a file in it.", isTransient: false);
        string folder = System.IO.Path.GetDirectoryName(full) ?? full;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new VectorStoreException($"embedded {path}", "open", $"its folder {folder} cannot be made ({e.Message}). Make it, or name another file.", isTransient: false, e);
        }
        return folder;
    }
}
