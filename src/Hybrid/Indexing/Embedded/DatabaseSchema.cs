using Microsoft.Data.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>The tables of a store's file, and which files this version of Hybrid can read.</summary>
internal static class DatabaseSchema
{
    /// <summary>Kept in user_version. A change to the tables below raises it and brings older files up to date.</summary>
    public const long Version = 1;

    /// <summary>Kept in application_id: "Hybr" in ASCII.</summary>
    public const long Application = 0x48796272;

    // Vectors have a table of their own, because a start with a saved index reads every row's fields and hardly a vector.
    // AUTOINCREMENT, because a dropped collection's id must not come back. A deleted row stays as a mark, without its vector,
    // until an index that knows of the deletion has been saved.
    // time: UTC ticks of 100 ns since year 1, or NULL.
    private const string Tables = """
        CREATE TABLE versions (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL, identity BLOB NOT NULL,
            model TEXT NOT NULL, hash TEXT NOT NULL, dimension INTEGER NOT NULL, kind TEXT NOT NULL, template TEXT NOT NULL,
            revision INTEGER NOT NULL DEFAULT 0, forgotten INTEGER NOT NULL DEFAULT 0, UNIQUE (name, version));
        CREATE TABLE aliases (alias TEXT PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections (id)) WITHOUT ROWID;
        CREATE TABLE rows (
            id INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections (id), item TEXT NOT NULL,
            revision INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
            category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT, fingerprint TEXT NOT NULL DEFAULT '',
            UNIQUE (collection, item));
        CREATE INDEX rows_by_revision ON rows (collection, revision);
        CREATE TABLE vectors (row INTEGER PRIMARY KEY REFERENCES rows (id), vector BLOB NOT NULL);
        CREATE TABLE items (
            item TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL,
            category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT) WITHOUT ROWID;
        CREATE TABLE events (
            id INTEGER PRIMARY KEY, user TEXT NOT NULL, item TEXT NOT NULL, kind TEXT NOT NULL, time INTEGER, session TEXT);
        CREATE INDEX events_by_user ON events (user, time, id);
        """;

    /// <summary>Makes the tables in an empty file, and refuses a file that is not this Hybrid's.</summary>
    /// <exception cref="VectorStoreException">The file belongs to a newer Hybrid or to another program; it is left as it was.</exception>
    public static void Ensure(SqliteConnection connection, string store)
    {
        if (IsCurrent(connection, store))
            return;
        // Both settings must come before the first page is written. 8 KB: five 384-d vectors a page with little waste.
        connection.Execute("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;");
        using SqliteTransaction transaction = connection.BeginTransaction();
        if (!IsCurrent(connection, store))   // another process may have been faster
        {
            connection.Execute(Tables);
            connection.Execute($"PRAGMA application_id = {Application}; PRAGMA user_version = {Version};");
        }
        transaction.Commit();
    }

    private static bool IsCurrent(SqliteConnection connection, string store)
    {
        long application = connection.Scalar<long>("PRAGMA application_id");
        long version = connection.Scalar<long>("PRAGMA user_version");
        if (application != Application)
        {
            bool isEmpty = application == 0 && version == 0 && connection.Scalar<long>("SELECT count(*) FROM sqlite_master") == 0;
            if (!isEmpty)
                throw new VectorStoreException(store, "open", "the file is a database of another program. Name another file.", isTransient: false);
            return false;
        }
        if (version != Version)
        {
            throw new VectorStoreException(store, "open",
                $"the file was written by a newer Hybrid: it has schema version {version}, and this Hybrid knows versions up to {Version}. Upgrade Hybrid, or name another file.", isTransient: false);
        }
        return true;
    }
}
