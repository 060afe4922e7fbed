using Hybrid.Records.Sqlite;

namespace Hybrid.Indexing.Embedded;

/// <summary>The tables of vectors.db.</summary>
internal static class VectorTables
{
    /// <summary>In a file of version 1, until they have been moved into segments: the vectors themselves.</summary>
    public const string Blobs = "vectors";

    private const string Segments = """
        CREATE TABLE segments (
            id INTEGER PRIMARY KEY AUTOINCREMENT, identity INTEGER NOT NULL, dimension INTEGER NOT NULL, vectors INTEGER NOT NULL, unused INTEGER NOT NULL,
            checksum INTEGER NOT NULL);
        CREATE TABLE blocks (
            segment INTEGER NOT NULL REFERENCES segments (id), block INTEGER NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (segment, block)) WITHOUT ROWID;
        CREATE INDEX rows_by_vector ON rows (vector) WHERE vector IS NOT NULL;
        CREATE INDEX rows_by_digest ON rows (digest) WHERE digest IS NOT NULL;
        """;

    // collections: one row says all that there is to know of one, and is written again by every write to it. live: its rows but for the deleted ones.
    // epoch: a random number that is in its saved index, too; 0 before the first save. AUTOINCREMENT, because a dropped collection's id must not come back,
    // nor a segment's, whose file somebody may still have mapped.
    // rows: a deleted one stays as a mark, without its vector, until an index that knows of the deletion has been saved. vector: where it is, a VectorPlace;
    // digest: 64 bits of its bytes, which the row's checksum covers, so that a row that points at another vector is noticed.
    // segments: the files of vectors. vectors: how many were committed; unused: how many of these no row points at.
    // blocks: of each block of a segment the checksum of what was committed.
    public static readonly DatabaseSchema Schema = new(Application: 0x48796256 /* "HybV" */, Version: 2, $"""
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
            category TEXT, brand TEXT, price REAL, in_stock INTEGER, attributes TEXT, checksum INTEGER NOT NULL,
            vector INTEGER, digest INTEGER, UNIQUE (collection, item));
        CREATE INDEX rows_by_revision ON rows (collection, revision);
        CREATE INDEX marks ON rows (collection, revision) WHERE deleted = 1;
        {Segments}
        """,
        $"""
        ALTER TABLE rows ADD COLUMN vector INTEGER;
        ALTER TABLE rows ADD COLUMN digest INTEGER;
        {Segments}
        """);
}
