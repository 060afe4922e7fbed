using Microsoft.Data.Sqlite;

namespace Hybrid.Records.Sqlite;

/// <summary>The tables of a file, and which files this version of Hybrid can read.</summary>
/// <param name="Application">Kept in application_id: four ASCII letters.</param>
/// <param name="Version">Kept in user_version. A change to the tables raises it.</param>
/// <param name="Tables">Makes the tables in an empty file.</param>
internal sealed record DatabaseSchema(long Application, long Version, string Tables)
{
    /// <summary>Makes the tables in an empty file, and refuses a file that is not this Hybrid's.</summary>
    /// <param name="refused">Makes the exception from a reason; the file is then left as it was.</param>
    public void Ensure(SqliteConnection connection, Func<string, Exception> refused)
    {
        if (IsCurrent(connection, refused))
            return;
        // Both settings must come before the first page is written. 8 KB: five 384-d vectors a page with little waste.
        connection.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;");
        using SqliteTransaction transaction = connection.BeginTransaction();
        if (!IsCurrent(connection, refused))   // another process may have been faster
        {
            connection.Execute(Tables);
            connection.Execute($"PRAGMA application_id = {Application}; PRAGMA user_version = {Version};");
        }
        transaction.Commit();
    }

    private bool IsCurrent(SqliteConnection connection, Func<string, Exception> refused)
    {
        long application = connection.Scalar<long>("PRAGMA application_id");
        long version = connection.Scalar<long>("PRAGMA user_version");
        if (application != Application)
        {
            bool isEmpty = application == 0 && version == 0 && connection.Scalar<long>("SELECT count(*) FROM sqlite_master") == 0;
            return isEmpty ? false : throw refused("the file is a database of another program. Name another file.");
        }
        if (version > Version)
        {
            throw refused(
                $"the file was written by a newer Hybrid: it has schema version {version}, and this Hybrid knows versions up to {Version}. "
                + "Upgrade Hybrid, or name another file.");
        }
        return version == Version
            ? true
            : throw refused($"the file has schema version {version}, which no Hybrid but an unfinished one wrote. Move it away and make it again.");
    }
}
