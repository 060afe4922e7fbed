using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hybrid.Records.Sqlite;

/// <summary>What SQLite knows about the file that a connection has open.</summary>
internal static class OpenFile
{
    private const int HasMoved = 20;   // SQLITE_FCNTL_HAS_MOVED, https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html

    /// <summary>Whether its name leads to another file or to none any more; false where the system does not let an open file be removed.</summary>
    public static bool IsRemoved(SqliteConnection connection)
    {
        int moved = 0;
        _ = Control(connection.Handle!, "main\0"u8.ToArray(), HasMoved, ref moved);   // ! : the connection is open; a code says that it cannot tell
        return moved != 0;
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static extern int Control(sqlite3 connection, byte[] database, int operation, ref int argument);
}
