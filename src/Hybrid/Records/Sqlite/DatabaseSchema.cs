using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hybrid.Records.Sqlite;

/// <summary>The tables of a file, and which files this version of Hybrid can read.</summary>
/// <param name="Application">Kept in application_id: four ASCII letters.</param>
/// <param name="Version">Kept in user_version. A change to the tables raises it.</param>
/// <param name="Tables">Makes the tables in an empty file.</param>
/// <param name="Upgrades">What makes version 2 of version 1, version 3 of version 2, and so on.</param>
internal sealed record DatabaseSchema(long Application, long Version, string Tables, params string[] Upgrades)
{
    /// <summary>Makes the tables in an empty file, brings those of an older Hybrid up to date, and refuses a file that is not Hybrid's.</summary>
    /// <param name="refused">Makes the exception from a reason; the file is then left as it was.</param>
    public void Ensure(SqliteConnection connection, Func<string, Exception> refused)
    {
        long found;
        using (SqliteTransaction snapshot = connection.BeginTransaction(deferred: true))   // another process may be making the tables just now
            found = VersionOf(connection, refused);
        if (found == Version)
        {
            // Somebody may have left WAL to delete the file, and not come to it.
            if (raw.sqlite3_db_readonly(connection.Handle, "main") == 0)
                connection.Execute("PRAGMA journal_mode = WAL");
            return;
        }
        if (found > 0 && raw.sqlite3_db_readonly(connection.Handle, "main") == 1)
            throw refused("an older Hybrid wrote the file, and it can only be read here, not brought up to date. Open it once where it can be written.");
        // Both settings must come before the first page is written. 8 KB: some dozens of rows.
        if (found == 0)
            connection.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;");
        using SqliteTransaction transaction = connection.BeginTransaction();
        found = VersionOf(connection, refused);   // another process may have been faster
        if (found == 0)
            connection.Execute(Tables);
        else
            Upgrades.Skip((int)found - 1).ToList().ForEach(upgrade => connection.Execute(upgrade));
        if (found != Version)
            connection.Execute($"PRAGMA application_id = {Application}; PRAGMA user_version = {Version};");
        transaction.Commit();
    }

    /// <summary>The version of the tables in a file, 0 when it is empty.</summary>
    private long VersionOf(SqliteConnection connection, Func<string, Exception> refused)
    {
        long application = connection.Scalar<long>("PRAGMA application_id");
        long version = connection.Scalar<long>("PRAGMA user_version");
        if (application != Application)
        {
            bool isEmpty = application == 0 && version == 0 && connection.Scalar<long>("SELECT count(*) FROM sqlite_master") == 0;
            return isEmpty ? 0 : throw refused("the file is a database of another program. Name another file.");
        }
        if (version > Version)
        {
            throw refused(
                $"the file was written by a newer Hybrid: it has schema version {version}, and this Hybrid knows versions up to {Version}. "
                + "Upgrade Hybrid, or name another file.");
        }
        return version > 0 && Version - version <= Upgrades.Length
            ? version
            : throw refused($"the file has schema version {version}, which no Hybrid but an unfinished one wrote. Move it away and make it again.");
    }
}
