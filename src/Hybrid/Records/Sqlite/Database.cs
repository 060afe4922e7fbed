using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hybrid.Records.Sqlite;

/// <summary>One SQLite file: its connections, its transactions, and what its failures are called.</summary>
/// <remarks>
/// <para>WAL: readers see the last commit and never wait for a writer; one writer at a time, others wait for the busy timeout.</para>
/// <para>synchronous = FULL: a commit that has returned survives a crash of the program and of the machine.</para>
/// <para>A file that cannot be written, because of its permissions or of the medium, is opened for reading.</para>
/// <para>Threads: every member may be called concurrently. What runs while it is disposed ends as it would have; what begins later is refused.</para>
/// </remarks>
internal sealed partial class Database : IDisposable
{
    /// <summary>The path of a database that lives in memory and ends with its store.</summary>
    public const string InMemoryPath = ":memory:";

    // A log longer than this is cut back once it has been copied into the file.
    private const long MostLogBytes = 16 << 20;

    private readonly string _connectionString;
    private readonly int? _maxPages;
    private readonly DatabaseFailed _failed;
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private readonly SqliteConnection _watch;
    private readonly SqliteCommand _dataVersion;
    private readonly Lock _watching = new();
    private readonly Lock _inMemory = new();
    private long _cutLogAt = MostLogBytes;
    private int _inUse;   // connections that calls have, or are about to open
    private int _isBeingDeleted;
    private volatile bool _disposed;

    private Database(DatabaseOptions options, string folder, string connectionString, bool isReadOnly, DatabaseFailed failed)
    {
        Path = options.Path;
        Folder = folder;
        Name = $"{options.Kind} {options.Path}";
        _connectionString = connectionString;
        _maxPages = options.MaxPages;
        _failed = failed;
        _watch = Connect();
        try
        {
            options.Schema.Ensure(_watch, reason => Failure("open", reason));
            // SQLite opens what it cannot write for reading, without a word.
            IsReadOnly = isReadOnly || raw.sqlite3_db_readonly(_watch.Handle, "main") == 1;
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

    /// <summary>What errors call it: "embedded ./vectors.db".</summary>
    public string Name { get; }

    /// <summary>Whether the file can only be read: a write then fails with words.</summary>
    public bool IsReadOnly { get; }

    public bool IsInMemory => Path == InMemoryPath;

    /// <summary>Runs <paramref name="work"/> on one snapshot of the file.</summary>
    public T Read<T>(string operation, Func<SqliteConnection, T> work) => Run(operation, connection =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: true);
        T result = work(connection);
        transaction.Commit();
        return result;
    });

    /// <summary>Runs <paramref name="work"/> in one write transaction: after this returns all of it survives, after an exception nothing of it was
    /// kept.</summary>
    public T Write<T>(string operation, Func<SqliteConnection, T> work) => IsReadOnly ? throw WriteRefused(operation) : Run(operation, connection =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        T result = work(connection);
        transaction.Commit();
        CutLog(connection);
        return result;
    });

    /// <summary>All rows of a table, read as they are asked for, all from one snapshot.</summary>
    /// <param name="count">SQL for how many there must be: damage may lose a row, which no checksum of a row notices.</param>
    /// <param name="row">Reads a row, and refuses one that it has read before: damage may also give a row in the place of another.</param>
    /// <remarks>While it is enumerated the log of the writers cannot be cut back: what also writes reads in pages instead.</remarks>
    public IEnumerable<T> Stream<T>(string operation, string sql, string count, Func<SqliteDataReader, T> row)
    {
        SqliteConnection connection = Rent(operation);
        bool finished = false;
        try
        {
            using SqliteTransaction transaction = Translated(operation, () => connection.BeginTransaction(deferred: true));
            long expected = Translated(operation, () => connection.Scalar<long>(count)), rows = 0;
            using SqliteCommand command = connection.Command(sql);
            using SqliteDataReader reader = Translated(operation, command.ExecuteReader);
            Func<bool> next = reader.Read;
            Func<T> read = () => row(reader);
            for (; Translated(operation, next); rows++)
                yield return Translated(operation, read);
            if (rows != expected)
                throw Failure(operation, DatabaseFailure.Damaged($"{rows} rows were found where there are {expected}"));
            finished = true;
        }
        finally
        {
            Return(connection, finished);
        }
    }

    /// <summary>A number that is another one after any other connection's commit, in this process or another.</summary>
    /// <remarks>Cost: a few microseconds, no disk access. In memory it never changes.</remarks>
    public long DataVersion()
    {
        lock (_watching)
        {
            ThrowIfDisposed();
            return IsInMemory ? 0 : Translated("read", () => (long)_dataVersion.ExecuteScalar()!);   // ! : the pragma always has a value
        }
    }

    /// <summary>A connection outside the pool, for work that spans calls; the caller disposes it.</summary>
    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute($"""
                PRAGMA busy_timeout = {connection.DefaultTimeout * 1000}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                PRAGMA journal_size_limit = {MostLogBytes};
                """);
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

    /// <summary>Runs <paramref name="work"/> with SQLite's failures, and damage that it finds, turned into the exception of the layer.</summary>
    public T Translated<T>(string operation, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw _failed(Name, operation, DatabaseFailure.Reason(e), DatabaseFailure.IsTransient(e), e);
        }
        catch (DamagedRowException e)
        {
            throw _failed(Name, operation, DatabaseFailure.Damaged(e.Message), false, e);
        }
    }

    /// <summary>As <see cref="Translated{T}"/>, for a long statement on a connection of one's own: a cancellation interrupts it.</summary>
    public T Interruptible<T>(string operation, SqliteConnection connection, Func<T> work, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.Register(() => raw.sqlite3_interrupt(connection.Handle));
        try
        {
            return Translated(operation, work);
        }
        catch (Exception e) when (e.InnerException is SqliteException { SqliteErrorCode: DatabaseFailure.Interrupted }
            && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }

    public Exception Failure(string operation, string reason) => _failed(Name, operation, reason, false, null);

    public void Dispose()
    {
        lock (_watching)
        {
            _disposed = true;
            DisposeIdle();
            _dataVersion.Dispose();
            _watch.Dispose();
        }
    }

    public void ThrowIfDisposed()
    {
        if (_disposed)
            throw new ObjectDisposedException(Name, $"{Name} has been closed.");
    }

    private T Run<T>(string operation, Func<SqliteConnection, T> work)
    {
        if (!IsInMemory)
            return RunAmongOthers(operation, work);
        // In memory a reader and a writer would refuse each other, and come back only after 150 ms.
        lock (_inMemory)
            return RunAmongOthers(operation, work);
    }

    private T RunAmongOthers<T>(string operation, Func<SqliteConnection, T> work)
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

    // SQLite begins the log anew by itself, but only when it finds no reader: those that follow one another without a gap make it grow for ever.
    private void CutLog(SqliteConnection connection)
    {
        if (IsInMemory || new FileInfo(connection.DataSource + "-wal") is not { Exists: true } log || log.Length < Volatile.Read(ref _cutLogAt))
            return;
        try
        {
            // Waits for the readers that there are, while new ones read the file alone; but not for a long one, and then not at each of the next commits
            // either.
            connection.Execute("PRAGMA busy_timeout = 100");
            bool isCut = connection.Scalar<long>("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
            connection.Execute($"PRAGMA busy_timeout = {connection.DefaultTimeout * 1000}");
            Volatile.Write(ref _cutLogAt, isCut ? MostLogBytes : log.Length + MostLogBytes / 4);
        }
        catch (SqliteException)
        {
            // The write has been committed, whatever becomes of the log: the next one comes by here again.
        }
    }

    private SqliteConnection Rent(string operation)
    {
        Interlocked.Increment(ref _inUse);
        try
        {
            ThrowIfDisposed();
            return _idle.TryTake(out SqliteConnection? idle) ? idle : Translated(operation, Connect);
        }
        catch
        {
            Interlocked.Decrement(ref _inUse);
            throw;
        }
    }

    // After a failure nobody knows what state the connection is in.
    private void Return(SqliteConnection connection, bool reusable)
    {
        if (!reusable)
        {
            connection.Dispose();
        }
        else
        {
            _idle.Add(connection);
            if (_disposed)   // looked at after it was added: then either this or Dispose takes it out
                DisposeIdle();
        }
        Interlocked.Decrement(ref _inUse);
    }

    private void DisposeIdle()
    {
        while (_idle.TryTake(out SqliteConnection? connection))
            connection.Dispose();
    }

    public Exception WriteRefused(string operation) =>
        Failure(operation,
            "the file or its folder cannot be written, so it was opened for reading. Check their permissions, and whether the medium is read-only.");
}
