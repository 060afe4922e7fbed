using Microsoft.Data.Sqlite;

namespace Hybrid.Records.Sqlite;

internal sealed partial class Database
{
    /// <summary>Deletes the file, unless it holds anything by <paramref name="isUnused"/> or somebody else has it open; nothing else may run
    /// meanwhile.</summary>
    public void DeleteIfUnused(Func<SqliteConnection, bool> isUnused)
    {
        if (IsInMemory || IsReadOnly || !_disposed)
            return;
        // Not made where it is gone; and the shortest wait there is.
        var existing = new SqliteConnectionStringBuilder(_connectionString) { Mode = SqliteOpenMode.ReadWrite, DefaultTimeout = 1 };
        using var alone = new SqliteConnection(existing.ConnectionString);
        try
        {
            alone.Open();
            if (!isUnused(alone))
                return;
            // Leaving WAL succeeds only for the one connection that has used it; after it nobody can come in before the file is gone.
            alone.Execute("PRAGMA locking_mode = EXCLUSIVE");
            if (alone.Scalar<string>("PRAGMA journal_mode = DELETE") != "delete")
                return;
            // What it has read before it was alone may have been written since, and a connection that is exclusive trusts its memory.
            alone.Execute("BEGIN EXCLUSIVE; PRAGMA shrink_memory");
            if (isUnused(alone))
            {
                // Somebody may have opened it and waits for the lock: they would write into a file that has no name any more.
                DatabaseSchema.MarkRemoved(alone);
                alone.Execute("COMMIT");
                File.Delete(alone.DataSource);
            }
            else
                alone.Execute("ROLLBACK; PRAGMA journal_mode = WAL");   // somebody was here in between
        }
        catch (SqliteException e) when (DatabaseFailure.IsTransient(e) || e.SqliteErrorCode == DatabaseFailure.CannotOpen)
        {
            // Somebody has opened it meanwhile, so it is not unused; or has just deleted it.
        }
    }
}
