using Microsoft.Data.Sqlite;

namespace Hybrid.Records.Sqlite;

/// <summary>Makes the exception of the layer that a database belongs to.</summary>
internal delegate Exception DatabaseFailed(string database, string operation, string reason, bool isTransient, Exception? cause);

/// <summary>What SQLite's result codes mean to the person in front of the program. Codes: https://www.sqlite.org/rescode.html.</summary>
internal static class DatabaseFailure
{
    public const int Error = 1, Permission = 3, Busy = 5, Locked = 6, ReadOnly = 8, Interrupted = 9, DiskError = 10, Corrupt = 11, Full = 13, CannotOpen = 14,
        TooBig = 18, Constraint = 19, Mismatch = 20, NotADatabase = 26;

    private const int Removed = ReadOnly | (4 << 8);   // SQLITE_READONLY_DBMOVED

    /// <summary>Whether the file or its folder may be there for reading alone.</summary>
    public static bool MayBeReadOnly(SqliteException cause) => cause.SqliteErrorCode is ReadOnly or Permission or CannotOpen;

    /// <summary>Whether the file that was opened is no longer the one of its name.</summary>
    public static bool IsRemoved(SqliteException cause) => cause.SqliteExtendedErrorCode == Removed;

    public static bool IsTransient(SqliteException cause) => cause.SqliteErrorCode is Busy or Locked;

    public static string Reason(SqliteException cause) => cause.SqliteErrorCode switch
    {
        Busy or Locked => "another process or task is writing to it. Wait until that has finished, or stop it, and repeat.",
        Full => "the disk is full. Free some space and repeat: nothing of this write was kept.",
        ReadOnly when IsRemoved(cause) => "the file has been moved or removed while it was open. Open it again: nothing of this write was kept.",
        ReadOnly or Permission or CannotOpen => "the file or its folder cannot be opened for writing. Check their permissions, or name another file.",
        NotADatabase => "the file is not a database. Name another file, or move this one away.",
        // The statements are Hybrid's own and fit its tables: "no such column" says that the tables are no longer what was made.
        Corrupt or Error or Constraint or Mismatch or TooBig => Damaged(cause.Message),
        DiskError => $"the disk could not be read or written ({cause.Message}). Check it and its free space, and repeat.",
        _ => cause.Message,
    };

    /// <param name="what">What was found to be wrong.</param>
    public static string Damaged(string what) => $"the file is damaged ({what}). Put a copy of it back, or move it away and import again.";
}
