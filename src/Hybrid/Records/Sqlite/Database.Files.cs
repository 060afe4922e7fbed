using Microsoft.Data.Sqlite;

namespace Hybrid.Records.Sqlite;

// How its file is opened or made, and removed where nobody has used it.
internal sealed partial class Database
{
    /// <summary>Opens the file, made with its folder where there is none.</summary>
    /// <remarks>Throws what <paramref name="failed"/> makes when it cannot be opened, or is not a file of this Hybrid.</remarks>
    public static Database Open(DatabaseOptions options, DatabaseFailed failed)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Path);
        var connection = new SqliteConnectionStringBuilder
        {
            Pooling = false,   // ours, below: it ends with the database
            DefaultTimeout = (int)Math.Ceiling(options.BusyTimeout.TotalSeconds),
        };
        string name = $"{options.Kind} {options.Path}", folder = "";
        if (options.Path == InMemoryPath)
        {
            // Each connection to ":memory:" would have a database of its own; a shared cache under a name is one for all.
            connection.DataSource = $"hybrid-{Guid.NewGuid():N}";
            connection.Mode = SqliteOpenMode.Memory;
            connection.Cache = SqliteCacheMode.Shared;
        }
        else
        {
            folder = MakeFolder(options.Path, (reason, cause) => failed(name, "open", reason, false, cause));
            connection.DataSource = System.IO.Path.Combine(folder, System.IO.Path.GetFileName(options.Path));
        }
        while (true)
        {
            try
            {
                var database = new Database(options, folder, connection.ConnectionString, isReadOnly: false, failed);
                if (!OpenFile.IsRemoved(database._watch))
                    return database;
                database.Dispose();
            }
            catch (SqliteException e) when (DatabaseFailure.IsRemoved(e))
            {
            }
            // Whoever made the file has removed it unused between our opening it and our first lock, which others respect: it is made anew.
            catch (SqliteException e) when (DatabaseFailure.MayBeReadOnly(e) && File.Exists(connection.DataSource))
            {
                return OpenForReading(options, folder, connection, failed);
            }
            catch (SqliteException e)
            {
                throw failed(name, "open", DatabaseFailure.Reason(e), DatabaseFailure.IsTransient(e), e);
            }
        }
    }

    /// <summary>Deletes the file after <see cref="Dispose"/>, unless it holds anything by <paramref name="isUnused"/> or anybody has it open, calls of this
    /// process that have not ended among them.</summary>
    public void DeleteIfUnused(Func<SqliteConnection, bool> isUnused)
    {
        // The exchange is a fence: a call that is not counted here finds the database disposed.
        if (IsInMemory || IsReadOnly || !_disposed || Interlocked.CompareExchange(ref _inUse, 0, 0) > 0 || Interlocked.Exchange(ref _isBeingDeleted, 1) == 1)
            return;
        // Not made where it is gone; and the shortest wait there is.
        var existing = new SqliteConnectionStringBuilder(_connectionString) { Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 1 };
        try
        {
            using (var reader = new SqliteConnection(existing.ConnectionString))
            {
                reader.Open();
                if (!isUnused(reader))
                    return;
            }
            // One of its own: leaving WAL keeps the pages that a connection has read before, though others have changed them since.
            using var alone = new SqliteConnection(existing.ConnectionString);
            alone.Open();
            // Leaving WAL succeeds only for the one connection that there is. Whoever opens the file after it finds that it has been removed (see Open).
            alone.Execute("PRAGMA locking_mode = EXCLUSIVE");
            if (alone.Scalar<string>("PRAGMA journal_mode = DELETE") != "delete")
                return;
            alone.Execute("BEGIN EXCLUSIVE");
            if (!OpenFile.IsRemoved(alone) && isUnused(alone))
                File.Delete(alone.DataSource);
            else
                alone.Execute("ROLLBACK; PRAGMA journal_mode = WAL");   // somebody was here in between
        }
        catch (SqliteException e) when (DatabaseFailure.IsTransient(e) || DatabaseFailure.IsRemoved(e) || e.SqliteErrorCode == DatabaseFailure.CannotOpen)
        {
            // Somebody has opened it meanwhile, so it is not unused; or has just deleted it.
        }
    }

    private static Database OpenForReading(DatabaseOptions options, string folder, SqliteConnectionStringBuilder connection, DatabaseFailed failed)
    {
        string file = connection.DataSource;
        connection.Mode = SqliteOpenMode.ReadOnly;
        try
        {
            return new Database(options, folder, connection.ConnectionString, isReadOnly: true, failed);
        }
        catch (SqliteException e)
        {
            var log = new FileInfo(file + "-wal");
            if (log is { Exists: true, Length: > 0 })
            {
                throw failed($"{options.Kind} {options.Path}", "open",
                    $"it can only be read here, and its last writer left changes in {log.Name} that only a writer can take over. "
                    + "Open it once where it can be written.",
                    false, e);
            }
        }
        // Nobody can write it here and there is no log, so the file is all there is: then SQLite needs no lock file either.
        connection.DataSource = $"file:{Uri.EscapeDataString(file).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1";
        try
        {
            return new Database(options, folder, connection.ConnectionString, isReadOnly: true, failed);
        }
        catch (SqliteException e)
        {
            throw failed($"{options.Kind} {options.Path}", "open", DatabaseFailure.Reason(e), DatabaseFailure.IsTransient(e), e);
        }
    }

    private static string MakeFolder(string path, Func<string, Exception?, Exception> failed)
    {
        string full = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw failed("it is a folder. Name a file in it.", null);
        string folder = System.IO.Path.GetDirectoryName(full) ?? full;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw failed($"its folder {folder} cannot be made ({e.Message}). Make it, or name another file.", e);
        }
        return folder;
    }
}
