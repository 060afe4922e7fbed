using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>What SQLite's result codes mean to the person in front of the program. Codes: https://www.sqlite.org/rescode.html.</summary>
internal static class DatabaseFailure
{
    private const int Permission = 3, Busy = 5, Locked = 6, ReadOnly = 8, DiskError = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    public static VectorStoreException From(SqliteException cause, string store, string operation) =>
        new(store, operation, Reason(cause), cause.SqliteErrorCode is Busy or Locked, cause);

    private static string Reason(SqliteException cause) => cause.SqliteErrorCode switch
    {
        Busy or Locked => "another process or task is writing to it. Wait until that has finished, or stop it, and repeat.",
        Full => "the disk is full. Free some space and repeat: nothing of this write was kept.",
        ReadOnly or Permission or CannotOpen => "the file or its folder cannot be opened for writing. Check their permissions, or name another file.",
        NotADatabase => "the file is not a database. Name another file, or move this one away.",
        Corrupt => "the file is damaged. Put a copy of it back, or move it away and import again.",
        DiskError => $"the disk could not be read or written ({cause.Message}). Check it and its free space, and repeat.",
        _ => cause.Message,
    };
}
