using Hybrid.Records.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>The tables of vectors.db.</summary>
internal static class VectorTables
{
    // collections: one row says all that there is to know of one, and is written again by every write to it. live: its rows but for the deleted ones.
    // epoch: a random number that is in its saved index, too; 0 before the first save. AUTOINCREMENT, because a dropped collection's id must not come back.
    // rows: a deleted one stays as a mark, without its vector, until an index that knows of the deletion has been saved.
    // Vectors have a table of their own, because a start with a saved index reads every row's fields and hardly a vector.
    public static readonly DatabaseSchema Schema = new(Application: 0x48796256 /* "HybV" */, Version: 1, """
        CREATE TABLE versions (name TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE collections (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL,
            model TEXT NOT NULL, hash TEXT NOT NULL, dimension INTEGER NOT NULL, kind TEXT NOT NULL, template TEXT NOT NULL,
            revision INTEGER NOT NULL, forgotten INTEGER NOT NULL, live INTEGER NOT NULL, epoch INTEGER NOT NULL, dropped INTEGER NOT NULL,
            checksum INTEGER NOT NULL, UNIQUE (name, version));
        CREATE TABLE aliases (alias TEXT PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections (id), checksum INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE rows (
            id INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections (id), item TEXT NOT NULL, fingerprint TEXT NOT NULL,
            sequence INTEGER NOT NULL, revision INTEGER NOT NULL, deleted INTEGER NOT NULL,
            category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT, checksum INTEGER NOT NULL, UNIQUE (collection, item));
        CREATE INDEX rows_by_revision ON rows (collection, revision);
        CREATE INDEX marks ON rows (collection, revision) WHERE deleted = 1;
        CREATE TABLE vectors (row INTEGER PRIMARY KEY REFERENCES rows (id), vector BLOB NOT NULL, checksum INTEGER NOT NULL);
        """);
}
